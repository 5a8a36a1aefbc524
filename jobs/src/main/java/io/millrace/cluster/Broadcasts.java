package io.millrace.cluster;

import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.spark.broadcast.Broadcast;

/**
 * Lets go of broadcasts. Spark removes the blocks of a destroyed one in the background, and once
 * more when its object is garbage; where the two meet on a large one, both fail and log it. So the
 * objects, which hold no value any more, are kept until others have been destroyed after them. Runs
 * on the driver; thread-safe.
 */
public final class Broadcasts {
  private static final int KEPT = 4;
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
}
