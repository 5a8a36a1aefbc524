package io.millrace.replica;

import io.millrace.backend.Devices;
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

/**
 * The replicas of this JVM that nobody uses just now. There are never more of a run than tasks ran
 * side by side; those of other runs are let go once the JVM holds more than it has cores.
 */
public final class ReplicaPool {
  private static final long LOOK_MILLIS = 50;
  private static final Deque<Replica> IDLE = new ArrayDeque<>();
  private static final Set<Replica> LEASED = new HashSet<>();

  private ReplicaPool() {}

  /**
   * Leases a replica to the running task attempt.
   *
   * @throws IllegalStateException where it is not clear which GPU the task may use, or another
   *     replica uses it
   */
  public static Lease lease(ReplicaSpec spec) {
    return lease(spec, Devices.ofTask());
  }

  /** Leases one on a device. */
  static synchronized Lease lease(ReplicaSpec spec, int device) {
    for (Replica other : LEASED) {
      if (device != Devices.NONE && other.device() == device) {
        throw new IllegalStateException(
            "Cannot train on GPU %d: %s trains on it (must be one replica a GPU,"
                    .formatted(device, other.name())
                + " spark.task.resource.gpu.amount=1)");
      }
    }
    Replica idle = take(spec.run(), device);
    Replica replica = idle == null ? new Replica(spec, device) : idle;
    LEASED.add(replica);
    return new Lease(replica);
  }

  /** Lets go of the idle replicas of a run. */
  public static synchronized void release(String run) {
    discardIf(replica -> replica.run().equals(run), 0);
  }

  /** Idle replicas of all runs. */
  public static synchronized int idle() {
    return IDLE.size();
  }

  private static Replica take(String run, int device) {
    for (Iterator<Replica> idle = IDLE.iterator(); idle.hasNext(); ) {
      Replica replica = idle.next();
      if (replica.run().equals(run) && replica.device() == device) {
        idle.remove();
        return replica;
      }
    }
    discardIf(replica -> true, Runtime.getRuntime().availableProcessors() - 1);
    return null;
  }

  private static synchronized void giveBack(Replica replica, boolean healthy) {
    LEASED.remove(replica);
    if (healthy) {
      IDLE.addFirst(replica);
    } else {
      replica.discard();
    }
  }

  private static void discardIf(java.util.function.Predicate<Replica> condition, int keep) {
    for (Iterator<Replica> idle = IDLE.descendingIterator();
        idle.hasNext() && IDLE.size() > keep; ) {
      Replica replica = idle.next();
      if (condition.test(replica)) {
        idle.remove();
        replica.discard();
      }
    }
  }

  /**
   * The sole right to one replica. If its work did not end well the replica is poisoned: it may
   * still be busy in native code, so it is discarded and never serves again.
   */
  public static final class Lease implements AutoCloseable {
    private final Replica replica;
    private boolean healthy;

    private Lease(Replica replica) {
      this.replica = replica;
    }

    /** The replica leased. */
    public Replica replica() {
      return replica;
    }

    /**
     * Waits for work on the replica's thread.
     *
     * @param killed whether the waiting attempt was killed
     * @throws CancellationException when it was
     */
    public <T> T call(Replica.Work<T> work, BooleanSupplier killed) throws Exception {
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
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Exception cause) {
            throw cause;
          }
          throw e;
        }
      }
    }

    @Override
    public void close() {
      giveBack(replica, healthy);
    }
  }
}
