package omega.peers;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * The hand-offs of bench/ring_bench.cpp over Aeron's IPC: 64-byte messages, claimed and written in place, one publisher, one
 * subscriber, both spinning; every message is checked. The media driver is in the process; its one thread backs off, as the two cores belong
 * to the two ends (it only moves the publisher's limit). Prints what Google Benchmark prints as JSON.
 */
public final class AeronIpc {
    private static final int BYTES = 64;
    private static final int TRIPS = 200_000;
    private static final long EVENTS = 4_000_000;
    private static final String CHANNEL = "aeron:ipc?term-length=64m";

    private static void fill(final MutableDirectBuffer buffer, final int at, final long v) {
        for (int i = 0; i < BYTES; i += 8) {
            buffer.putLong(at + i, v);
        }
    }

    private static void send(final ExclusivePublication to, final BufferClaim claim, final long v) {
        while (to.tryClaim(BYTES, claim) < 0) {
            Thread.onSpinWait();
        }
        fill(claim.buffer(), claim.offset(), v);
        claim.commit();
    }

    /** One way: a publication and the subscription that is connected to it. */
    private static final class Way implements AutoCloseable {
        final Subscription subscription;
        final ExclusivePublication publication;
        final BufferClaim claim = new BufferClaim();

        Way(final Aeron aeron, final int stream) {
            subscription = aeron.addSubscription(CHANNEL, stream);
            publication = aeron.addExclusivePublication(CHANNEL, stream);
            while (!publication.isConnected() || !subscription.isConnected()) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            publication.close();
            subscription.close();
        }
    }

    /** Keeps the word of the message that came, which must be the same from its first to its last. */
    private static final class Last {
        long value = -1;
        final FragmentHandler handler = (buffer, at, length, header) -> {
            value = buffer.getLong(at);
            if (length != BYTES || buffer.getLong(at + BYTES - 8) != value) {
                throw new IllegalStateException("a message was torn");
            }
        };

        long next(final Subscription from) {
            while (from.poll(handler, 1) == 0) {
                Thread.onSpinWait();
            }
            return value;
        }
    }

    private static double[] roundTrips(final Way to, final Way fro) throws Exception {
        final Thread other = new Thread(() -> {
            final Last last = new Last();
            for (long n = 0; n < TRIPS; n++) {
                send(fro.publication, fro.claim, last.next(to.subscription) + 1);
            }
        });
        other.start();
        final Last last = new Last();
        final long[] ns = new long[TRIPS];
        for (int n = 0; n < TRIPS; n++) {
            final long start = System.nanoTime();
            send(to.publication, to.claim, n * 3L);
            if (last.next(fro.subscription) != n * 3L + 1) {
                throw new IllegalStateException("an answer was wrong");
            }
            ns[n] = System.nanoTime() - start;
        }
        other.join();
        Arrays.sort(ns);
        return new double[] {ns[TRIPS / 2], ns[TRIPS * 99 / 100]};
    }

    private static double throughput(final Way way) throws Exception {
        final Thread producer = new Thread(() -> {
            for (long n = 0; n < EVENTS; n++) {
                send(way.publication, way.claim, n);
            }
        });
        final long[] next = {0};
        final FragmentHandler check = (buffer, at, length, header) -> {
            final long expected = next[0];
            if (length != BYTES || buffer.getLong(at) != expected || buffer.getLong(at + BYTES - 8) != expected) {
                throw new IllegalStateException("messages were lost, repeated or out of order");
            }
            next[0] = expected + 1;
        };
        final long start = System.nanoTime();
        producer.start();
        while (next[0] < EVENTS) {
            if (way.subscription.poll(check, 256) == 0) {
                Thread.onSpinWait();
            }
        }
        final double seconds = (System.nanoTime() - start) / 1e9;
        producer.join();
        return EVENTS / seconds;
    }

    public static void main(final String[] args) throws Exception {
        double[] trip = {};
        double rate = 0;
        final MediaDriver.Context context = new MediaDriver.Context().threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true).dirDeleteOnShutdown(true)
            .sharedIdleStrategy(new BackoffIdleStrategy(10, 20, 1_000, 100_000));
        try (MediaDriver driver = MediaDriver.launchEmbedded(context);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()).errorHandler(AeronIpc::end));
            Way to = new Way(aeron, 1);
            Way fro = new Way(aeron, 2)) {
            for (int warm = 0; warm < 4; warm++) { // the last round counts, compiled by then
                trip = roundTrips(to, fro);
                rate = throughput(to);
            }
        }
        System.out.printf("{\"benchmarks\": [{\"name\": \"aeron_ipc/round_trip/two_cores\", \"p50_ns\": %.1f, \"p99_ns\": %.1f},%n"
            + " {\"name\": \"aeron_ipc/throughput_64B/two_cores\", \"events_per_s\": %.0f}]}%n", trip[0], trip[1], rate);
    }

    /** A handler's exception reaches the subscription's error handler: no figure may come of it. */
    private static void end(final Throwable why) {
        why.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private AeronIpc() {
    }
}
