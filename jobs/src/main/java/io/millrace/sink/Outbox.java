package io.millrace.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one thing after the other from a thread of its own. Who puts something in never waits: what
 * finds the box full is left out. What cannot be sent is tried again, with pauses that double, and
 * said once; what is refused ends it all.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** Sends one thing; an exception says that it did not arrive. */
  interface Delivery {
    void send() throws IOException, InterruptedException;
  }

  /**
   * How patient it is.
   *
   * @param room things that wait at most
   * @param pause after the first failure
   * @param longest pause
   * @param patience with one request
   */
  record Pace(int room, Duration pause, Duration longest, Duration patience) {
    static final Pace USUAL =
        new Pace(256, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(20));
  }

  private final String name;
  private final Pace pace;
  private final BlockingQueue<Delivery> waiting;
  private final AtomicInteger lost = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean refused;
  private boolean said;

  /**
   * An empty box.
   *
   * @param name of where it sends to, for people, without secrets
   */
  Outbox(String name, Pace pace) {
    this.name = name;
    this.pace = pace;
    this.waiting = new LinkedBlockingQueue<>(pace.room());
    this.thread = new Thread(this::work, "outbox of " + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Has something sent. */
  void put(Delivery delivery) {
    if (refused || !waiting.offer(delivery)) {
      lost.incrementAndGet();
    }
  }

  /** Sends what is waiting, as far as that takes no longer than this. */
  void close(Duration longest) {
    closing = true;
    try {
      waiting.offer(() -> {}); // wakes the thread
      boolean done = over.await(longest.toMillis(), TimeUnit.MILLISECONDS);
      thread.interrupt();
      int left = lost.get() + (done ? 0 : waiting.size());
      if (left > 0) {
        LOG.info("{}: {} messages were not sent", name, left);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      while (!refused && !(closing && waiting.isEmpty())) {
        send(waiting.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      over.countDown();
    }
  }

  private void send(Delivery delivery) throws InterruptedException {
    for (Duration pause = pace.pause(); ; pause = longer(pause)) {
      try {
        delivery.send();
        return;
      } catch (RefusedException e) {
        refused = true;
        lost.addAndGet(waiting.size() + 1);
        waiting.clear();
        say(e, "nothing more is sent");
        return;
      } catch (IOException | RuntimeException e) {
        say(e, "what was not sent is tried again");
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      }
    }
  }

  private Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(pace.longest()) < 0 ? twice : pace.longest();
  }

  private void say(Exception why, String then) {
    if (!said) {
      said = true;
      String words = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
      LOG.warn("{}: {}; training goes on, {}", name, words, then);
    }
  }
}
