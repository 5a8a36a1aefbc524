package io.millrace.cluster;

import java.util.ArrayDeque;
import java.util.ConcurrentModificationException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BroadcastBlockId;

/**
 * Lets go of broadcasts. Spark removes the blocks of a destroyed one in the background, and once
 * more when its object is garbage; where the two meet on a large one, both fail and log it. So the
 * objects, which hold no value any more, are kept until others have been destroyed after them. Runs
 * on the driver; thread-safe.
 */
public final class Broadcasts {
  private static final int KEPT = 16;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_MILLIS = 5;
  private static final Queue<Broadcast<?>> DESTROYED = new ArrayDeque<>();

  private Broadcasts() {}

  /** Destroys a broadcast everywhere, in the background. */
  public static void destroy(Broadcast<?> broadcast) {
    broadcast.destroy();
    synchronized (DESTROYED) {
      DESTROYED.add(broadcast);
      if (DESTROYED.size() > KEPT) {
        DESTROYED.remove();
      }
    }
  }

  /**
   * Waits until what was destroyed last is gone, some seconds at most: a session that ends while
   * blocks are being removed prints a stack trace.
   *
   * @param env that of the session, which ends next
   */
  public static void settle(SparkEnv env) {
    Set<Long> last;
    synchronized (DESTROYED) {
      last = DESTROYED.stream().map(Broadcast::id).collect(Collectors.toSet());
      DESTROYED.clear(); // another session counts anew
    }
    long start = System.nanoTime();
    try {
      while (anyLeft(env, last) && System.nanoTime() - start < PATIENCE) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the session ends all the sooner
    }
  }

  /** Whether there are blocks of broadcasts, by their ids. */
  static boolean anyLeft(SparkEnv env, Set<Long> ids) {
    try {
      return env.blockManager()
          .master()
          .getMatchingBlockIds(
              block -> block instanceof BroadcastBlockId of && ids.contains(of.broadcastId()),
              false)
          .nonEmpty();
    } catch (Exception e) { // Scala declares no exceptions: any may come
      // Spark reads its list while it removes from it; of anything else there is nothing to wait
      // for.
      return e.getCause() instanceof ConcurrentModificationException;
    }
  }
}
