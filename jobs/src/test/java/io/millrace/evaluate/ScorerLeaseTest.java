package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.FullCollections;
import io.millrace.cluster.FaultsConfig;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.replica.Replica;
import io.millrace.replica.ReplicaPool;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class ScorerLeaseTest {
  private final AtomicReference<Scorer> seen = new AtomicReference<>();
  private final AtomicReference<Thread> owner = new AtomicReference<>();

  private static EvaluationSpec.Network network(int classes) {
    return Evaluation.network(
        new CifarResNet(8, 16, Shortcut.IDENTITY, false)
            .configuration(new NetworkPurpose(new ImageShape(8, 8, 1), classes, new Sgd(0.1), 1)),
        FastPath.TRUE);
  }

  private static <T> T run(EvaluationSpec.Network network, Replica.Work<Scorer, T> work)
      throws Exception {
    try (ReplicaPool.Lease<Scorer> lease = ReplicaPool.lease(network)) {
      return lease.call(work, () -> false, FaultsConfig.DEFAULT);
    }
  }

  private int look(Scorer scorer) {
    seen.set(scorer);
    owner.set(Thread.currentThread());
    assertThat(scorer.isClosed()).isFalse();
    return 1;
  }

  private void memoryIsBackWhenTheThreadEnds() throws InterruptedException {
    owner.get().join();
    assertThat(seen.get().isClosed()).isTrue();
  }

  @Test
  void servesTheSameNetworkAgain() throws Exception {
    run(network(3), this::look);
    Scorer first = seen.get();
    run(network(3), this::look);
    assertThat(seen.get()).isSameAs(first);
  }

  @Test
  void aScorerOfAnotherNetworkGivesItsMemoryBack() throws Exception {
    run(network(4), this::look);
    run(network(5), scorer -> 1);
    memoryIsBackWhenTheThreadEnds();
  }

  @Test
  void aFailedScorerGivesItsMemoryBack() throws Exception {
    assertThatThrownBy(
            () ->
                run(
                    network(6),
                    scorer -> {
                      look(scorer);
                      throw new IOException("no such block");
                    }))
        .hasMessage("no such block");
    memoryIsBackWhenTheThreadEnds();
  }

  @Test
  void theScorerOfAKilledTaskGivesItsMemoryBackWhenItIsDone() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Thread task =
        new Thread(
            () -> {
              try {
                run(
                    network(7),
                    scorer -> {
                      look(scorer);
                      busy.countDown();
                      awaitThroughInterrupts(done);
                      return look(scorer);
                    });
              } catch (Exception e) {
                done.countDown();
              }
            });
    task.start();
    busy.await();
    task.interrupt();
    task.join();
    memoryIsBackWhenTheThreadEnds();
  }

  @Test
  void aRestDoesNotCollectTheWholeHeap() throws Exception {
    long before = FullCollections.count();
    run(
        network(8),
        scorer -> {
          for (int rest = 0; rest < 20; rest++) {
            scorer.rest();
          }
          return 1;
        });
    assertThat(FullCollections.count() - before).isLessThan(10); // somebody else may ask for some
  }

  /** As native code does, which hears no interrupt. */
  private static void awaitThroughInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        continue;
      }
    }
  }
}
