package omega.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * The journal's benches of bench/journal/cost_bench.cpp on Chronicle Queue: 400,000 events of 104 bytes (thirteen longs) appended
 * from memory by one thread into a fresh folder, then read, every long of them; processor time of the thread, in a folder of memory
 * where the machine has one, nothing rolled, nothing mapped anew meanwhile. Every sum is checked. First writes to a page are in the
 * figure of an append: the published library cannot touch pages beforehand, which the journal does outside of its own figure.
 * Prints what Google Benchmark prints as JSON.
 */
public final class AppendAndRead {
    private static final int EVENTS = 400_000;
    private static final int KINDS = 256;
    private static final int LONGS = 13;
    private static final long BLOCK_BYTES = 128L << 20;
    private static final int ROUNDS = 11;
    private static final int WARM_ROUNDS = 8;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private static long value(final int event, final int field) {
        return 1_000_000_000L + event * 7919L + field;
    }

    private static long expected() {
        long sum = 0;
        for (int e = 0; e < EVENTS; e++) {
            for (int f = 0; f < LONGS; f++) {
                sum += value(e % KINDS, f);
            }
        }
        return sum;
    }

    /** Each of the bars that are appended, in memory outside the heap, as the queue likes it best. */
    private static Bytes<?>[] bars() {
        final Bytes<?>[] bars = new Bytes<?>[KINDS];
        for (int e = 0; e < KINDS; e++) {
            bars[e] = Bytes.allocateDirect(LONGS * Long.BYTES);
            for (int f = 0; f < LONGS; f++) {
                bars[e].writeLong(value(e, f));
            }
        }
        return bars;
    }

    private static double append(final SingleChronicleQueue queue, final Bytes<?>[] bars) {
        try (ExcerptAppender appender = queue.createAppender()) {
            final long began = CLOCK.getCurrentThreadCpuTime();
            for (int e = 0; e < EVENTS; e++) {
                appender.writeBytes(bars[e % KINDS]);
            }
            return (double) (CLOCK.getCurrentThreadCpuTime() - began) / EVENTS;
        }
    }

    private static double read(final SingleChronicleQueue queue, final long expected) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            long sum = 0;
            int events = 0;
            final long began = CLOCK.getCurrentThreadCpuTime();
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        break;
                    }
                    final Bytes<?> bytes = document.wire().bytes();
                    for (int f = 0; f < LONGS; f++) {
                        sum += bytes.readLong();
                    }
                    events++;
                }
            }
            final double ns = (double) (CLOCK.getCurrentThreadCpuTime() - began) / EVENTS;
            if (events != EVENTS || sum != expected) {
                throw new IllegalStateException("events were lost or changed");
            }
            return ns;
        }
    }

    private static void remove(final Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (final Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static double median(final double[] of) {
        final double[] counted = Arrays.copyOfRange(of, WARM_ROUNDS, of.length); // compiled by then
        Arrays.sort(counted);
        return counted[counted.length / 2];
    }

    public static void main(final String[] args) throws Exception {
        final Path memory = Path.of("/dev/shm");
        final Bytes<?>[] bars = bars();
        final long expected = expected();
        final double[] append = new double[WARM_ROUNDS + ROUNDS];
        final double[] read = new double[WARM_ROUNDS + ROUNDS];
        for (int round = 0; round < append.length; round++) {
            final Path folder = Files.isDirectory(memory) ? Files.createTempDirectory(memory, "omega_bench_") : Files.createTempDirectory("omega_bench_");
            try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder.toFile()).blockSize(BLOCK_BYTES)
                    .rollCycle(LargeRollCycles.LARGE_DAILY).build()) {
                append[round] = append(queue, bars);
                read[round] = read(queue, expected);
            } finally {
                remove(folder);
            }
        }
        System.out.printf("{\"benchmarks\": [{\"name\": \"chronicle_queue/append_104B\", \"event_ns\": %.1f},%n"
            + " {\"name\": \"chronicle_queue/read_104B\", \"event_ns\": %.1f}]}%n", median(append), median(read));
    }

    private AppendAndRead() {
    }
}
