package omega.peers;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import java.util.Arrays;

/**
 * The hand-offs of bench/ring_bench.cpp on the LMAX Disruptor: 64-byte events, 4096 slots, one producer, one consumer, busy
 * spin; every event is checked. Prints what Google Benchmark prints as JSON.
 */
public final class HandOff {
    private static final int SLOTS = 4096;
    private static final int TRIPS = 200_000;
    private static final long EVENTS = 4_000_000;

    private static final class Event {
        long w0, w1, w2, w3, w4, w5, w6, w7;

        void fill(final long v) {
            w0 = v; w1 = v; w2 = v; w3 = v; w4 = v; w5 = v; w6 = v; w7 = v;
        }
    }

    private static RingBuffer<Event> ring() {
        return RingBuffer.createSingleProducer(Event::new, SLOTS, new BusySpinWaitStrategy());
    }

    /** A consumer that is driven by its own thread's loop. */
    private static final class Consumer {
        final RingBuffer<Event> ring;
        final Sequence done = new Sequence();
        final SequenceBarrier barrier;

        Consumer(final RingBuffer<Event> ring) {
            this.ring = ring;
            barrier = ring.newBarrier();
            ring.addGatingSequences(done);
        }
    }

    private static double[] roundTrips() throws Exception {
        final RingBuffer<Event> to = ring();
        final RingBuffer<Event> fro = ring();
        final Consumer there = new Consumer(to);
        final Consumer here = new Consumer(fro);
        final Thread other = new Thread(() -> {
            try {
                for (long n = 0; n < TRIPS; n++) {
                    there.barrier.waitFor(n);
                    final long value = to.get(n).w0;
                    there.done.set(n);
                    final long s = fro.next();
                    fro.get(s).fill(value + 1);
                    fro.publish(s);
                }
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        });
        other.start();
        final long[] ns = new long[TRIPS];
        for (int n = 0; n < TRIPS; n++) {
            final long start = System.nanoTime();
            final long s = to.next();
            to.get(s).fill(n);
            to.publish(s);
            here.barrier.waitFor(n);
            if (fro.get(n).w0 != n + 1) {
                throw new IllegalStateException("an answer was wrong");
            }
            here.done.set(n);
            ns[n] = System.nanoTime() - start;
        }
        other.join();
        Arrays.sort(ns);
        return new double[] {ns[TRIPS / 2], ns[TRIPS * 99 / 100]};
    }

    private static double throughput(final int batch) throws Exception {
        final RingBuffer<Event> ring = ring();
        final Consumer consumer = new Consumer(ring);
        final Thread producer = new Thread(() -> {
            for (long n = 0; n < EVENTS; n += batch) {
                final long hi = ring.next(batch);
                for (long s = hi - batch + 1; s <= hi; s++) {
                    ring.get(s).fill(s);
                }
                ring.publish(hi - batch + 1, hi);
            }
        });
        final long start = System.nanoTime();
        producer.start();
        long next = 0;
        while (next < EVENTS) {
            final long ready = consumer.barrier.waitFor(next);
            for (; next <= ready; next++) {
                final Event e = ring.get(next);
                if (e.w0 != next || e.w7 != next) {
                    throw new IllegalStateException("events were lost, repeated or out of order");
                }
            }
            consumer.done.set(ready);
        }
        final double seconds = (System.nanoTime() - start) / 1e9;
        producer.join();
        return EVENTS / seconds;
    }

    public static void main(final String[] args) throws Exception {
        double[] trip = {};
        double one = 0;
        double ten = 0;
        for (int warm = 0; warm < 4; warm++) { // the last round counts, compiled by then
            trip = roundTrips();
            one = throughput(1);
            ten = throughput(10);
        }
        System.out.printf("{\"benchmarks\": [{\"name\": \"lmax_disruptor/round_trip/two_cores\", \"p50_ns\": %.1f, \"p99_ns\": %.1f},%n"
            + " {\"name\": \"lmax_disruptor/throughput_64B/two_cores\", \"events_per_s\": %.0f},%n"
            + " {\"name\": \"lmax_disruptor/throughput_64B_batches_of_10/two_cores\", \"events_per_s\": %.0f}]}%n", trip[0], trip[1], one, ten);
    }

    private HandOff() {
    }
}
