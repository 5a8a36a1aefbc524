package io.millrace.replica;

import io.millrace.backend.Devices;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.HungTaskException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The replicas of this JVM that nobody uses just now, whatever they are for. There are never more
 * with one key than tasks ran side by side; how many with other keys stay beside them is the {@link
 * NetworkSpec}'s to say. The memory of passes stays with them from task to task, as new pages cost
 * more than many a pass, until a network of another kind or key works here.
 */
public final class ReplicaPool {
  private static final long LOOK_MILLIS = 50;
  private static final double NANOS = 1e9;
  private static final Deque<Replica<?>> IDLE = new ArrayDeque<>();
  private static final Set<Replica<?>> LEASED = new HashSet<>();

  private ReplicaPool() {}

  /**
   * Leases a replica to the running task attempt.
   *
   * @throws IllegalStateException where it is not clear which GPU the task may use, or another
   *     replica or process uses it that must be alone there
   */
  public static <N extends LeasedNetwork> Lease<N> lease(NetworkSpec<N> spec) {
    int device = Devices.ofTask();
    if (spec.aloneOnDevice()) {
      Devices.claim(device);
    }
    return lease(spec, device);
  }

  /** Leases one on a device. */
  static synchronized <N extends LeasedNetwork> Lease<N> lease(NetworkSpec<N> spec, int device) {
    if (device != Devices.NONE && spec.aloneOnDevice()) {
      requireFree(spec, device);
    }
    discardIf(replica -> sameClass(replica, spec) && !serves(replica, spec), spec.idleOthers());
    restOthers(spec);
    Replica<N> idle = take(spec, device);
    Replica<N> replica = idle == null ? new Replica<>(spec, device) : idle;
    LEASED.add(replica);
    return new Lease<>(replica);
  }

  /** Lets go of the idle replicas that serve a spec. */
  public static synchronized void release(NetworkSpec<?> spec) {
    discardIf(replica -> serves(replica, spec), 0);
  }

  /** Idle replicas of a class of spec, with any key. */
  public static synchronized int idle(Class<? extends NetworkSpec<?>> specs) {
    return (int) IDLE.stream().filter(replica -> specs.isInstance(replica.spec())).count();
  }

  private static void requireFree(NetworkSpec<?> spec, int device) {
    for (Replica<?> other : LEASED) {
      if (other.device() == device && sameClass(other, spec)) {
        throw new IllegalStateException(
            "Cannot train on GPU %d: %s trains on it (must be one replica a GPU,"
                    .formatted(device, other.name())
                + " spark.task.resource.gpu.amount=1)");
      }
    }
  }

  /** An idle replica that serves the spec, or null. */
  private static <N extends LeasedNetwork> Replica<N> take(NetworkSpec<N> spec, int device) {
    for (Iterator<Replica<?>> idle = IDLE.iterator(); idle.hasNext(); ) {
      Replica<?> replica = idle.next();
      if (serves(replica, spec) && replica.device() == device) {
        idle.remove();
        @SuppressWarnings("unchecked") // one class of spec makes one class of network
        Replica<N> serves = (Replica<N>) replica;
        return serves;
      }
    }
    return null;
  }

  /** The memory of the work that others did is needed now; one that keeps it is discarded. */
  private static void restOthers(NetworkSpec<?> spec) {
    for (Iterator<Replica<?>> idle = IDLE.iterator(); idle.hasNext(); ) {
      Replica<?> replica = idle.next();
      if (!serves(replica, spec)) {
        try {
          replica.rest();
        } catch (RuntimeException e) {
          idle.remove();
          replica.discard();
          throw e;
        }
      }
    }
  }

  private static boolean serves(Replica<?> replica, NetworkSpec<?> spec) {
    return sameClass(replica, spec) && replica.key().equals(spec.key());
  }

  private static boolean sameClass(Replica<?> replica, NetworkSpec<?> spec) {
    return replica.spec().getClass() == spec.getClass();
  }

  private static synchronized void giveBack(Replica<?> replica, boolean healthy) {
    LEASED.remove(replica);
    if (healthy) {
      IDLE.addFirst(replica);
    } else {
      replica.discard();
    }
  }

  /** Discards the idle replicas that meet a condition, but for those used last. */
  private static void discardIf(Predicate<Replica<?>> condition, int keep) {
    int kept = 0;
    for (Iterator<Replica<?>> idle = IDLE.iterator(); idle.hasNext(); ) {
      Replica<?> replica = idle.next();
      if (condition.test(replica) && ++kept > keep) {
        idle.remove();
        replica.discard();
      }
    }
  }

  /**
   * The sole right to one replica. If its work did not end well the replica is poisoned: it may
   * still be busy in native code, so it is discarded and never serves again.
   *
   * @param <N> the network leased
   */
  public static final class Lease<N extends LeasedNetwork> implements AutoCloseable {
    private final Replica<N> replica;
    private boolean healthy;

    private Lease(Replica<N> replica) {
      this.replica = replica;
    }

    /** The replica leased. */
    public Replica<N> replica() {
      return replica;
    }

    /**
     * Waits for work on the replica's thread, as long as each of its steps takes about as long as
     * those of the replica before, see {@link Replica#stepped}.
     *
     * @param killed whether the waiting attempt was killed
     * @param faults how much longer a step may take
     * @throws CancellationException when it was killed
     * @throws HungTaskException when a step has not ended by then; its thread goes on, as no thread
     *     in native code can be stopped
     */
    public <T> T call(Replica.Work<N, T> work, BooleanSupplier killed, FaultsConfig faults)
        throws Exception {
      return call(
          work,
          killed,
          () -> {
            long limit = replica.stepLimit(faults);
            return limit > 0 && replica.stepTakes() > limit ? limit : 0;
          });
    }

    /**
     * Waits for work for some time.
     *
     * @param limit for all of it, in ns; 0 to wait for ever
     */
    public <T> T call(Replica.Work<N, T> work, BooleanSupplier killed, long limit)
        throws Exception {
      long start = System.nanoTime();
      return call(work, killed, () -> System.nanoTime() - start > limit ? limit : 0);
    }

    /**
     * Waits for work.
     *
     * @param exceeded the limit that it has exceeded, in ns; 0 while it has not
     */
    private <T> T call(Replica.Work<N, T> work, BooleanSupplier killed, LongSupplier exceeded)
        throws Exception {
      healthy = false;
      Future<T> future = replica.submit(work);
      while (true) {
        try {
          T result = future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
          healthy = true;
          return result;
        } catch (TimeoutException e) {
          if (killed.getAsBoolean()) {
            throw new CancellationException("task attempt killed");
          }
          long limit = exceeded.getAsLong();
          if (limit > 0) {
            throw new HungTaskException(
                "%s did not end its work within %.0f s and is given up; if it stays in native code, it keeps its core and memory until this JVM ends"
                    .formatted(replica.name(), Math.ceil(limit / NANOS)));
          }
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Exception cause) {
            throw cause;
          }
          throw e;
        }
      }
    }

    /** Gives the replica back. */
    @Override
    public void close() {
      giveBack(replica, healthy);
    }
  }
}
