package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.backend.Devices;
import io.millrace.backend.PretendedGpus;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.HungTaskException;
import io.millrace.training.Nets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class ReplicaPoolTest {
  private static final String RUN = "pool";

  private final ReplicaSpec spec =
      ReplicaSpec.of(
          RUN, new TrainableNet(Nets.dense(new Sgd(0.1))), null, new TrainerConfig(1, 2));

  @AfterEach
  void release() {
    ReplicaPool.release(spec);
    ReplicaPool.release(new AskedSpec("a"));
  }

  private static int device(ReplicaPool.Lease<ReplicaNetwork> lease) throws Exception {
    return lease.call(net -> Devices.current(), () -> false, FaultsConfig.DEFAULT);
  }

  @Test
  void aReplicaWorksOnTheDeviceOfItsTask() throws Exception {
    try (PretendedGpus gpus = new PretendedGpus(4);
        ReplicaPool.Lease<ReplicaNetwork> third = ReplicaPool.lease(spec, 3);
        ReplicaPool.Lease<ReplicaNetwork> first = ReplicaPool.lease(spec, 1)) {
      assertThat(device(third)).isEqualTo(3);
      assertThat(device(first)).isEqualTo(1);
    }
  }

  @Test
  void anIdleReplicaServesItsOwnDeviceOnly() throws Exception {
    try (PretendedGpus gpus = new PretendedGpus(2)) {
      Replica<ReplicaNetwork> zero;
      try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(spec, 0)) {
        zero = lease.replica();
        device(lease);
      }
      try (ReplicaPool.Lease<ReplicaNetwork> other = ReplicaPool.lease(spec, 1);
          ReplicaPool.Lease<ReplicaNetwork> same = ReplicaPool.lease(spec, 0)) {
        assertThat(other.replica()).isNotSameAs(zero);
        assertThat(same.replica()).isSameAs(zero);
      }
    }
  }

  @Test
  void twoReplicasOnOneDeviceAreRefused() {
    try (PretendedGpus gpus = new PretendedGpus(1);
        ReplicaPool.Lease<ReplicaNetwork> one = ReplicaPool.lease(spec)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> ReplicaPool.lease(spec))
          .withMessage(
              "Cannot train on GPU 0: %s trains on it (must be one replica a GPU,"
                      .formatted(one.replica().name())
                  + " spark.task.resource.gpu.amount=1)");
    }
  }

  @Test
  void aKilledReplicaGivesItsMemoryBackAndItsDevice() throws Exception {
    AtomicReference<ReplicaNetwork> seen = new AtomicReference<>();
    AtomicReference<Thread> owner = new AtomicReference<>();
    try (PretendedGpus gpus = new PretendedGpus(1)) {
      try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(spec)) {
        assertThatExceptionOfType(CancellationException.class)
            .isThrownBy(
                () ->
                    lease.call(
                        net -> {
                          seen.set(net);
                          owner.set(Thread.currentThread());
                          while (!lease.replica().abandoned()) {
                            Thread.onSpinWait();
                          }
                          return 0;
                        },
                        () -> owner.get() != null,
                        FaultsConfig.DEFAULT));
      }
      try (ReplicaPool.Lease<ReplicaNetwork> next = ReplicaPool.lease(spec)) {
        assertThat(device(next)).isZero();
      }
    }
    owner.get().join();
    assertThat(seen.get().isClosed()).isTrue();
  }

  /** A network that is only asked. */
  private record AskedSpec(String key) implements NetworkSpec<Asked> {
    @Override
    public Asked network() {
      return new Asked();
    }
  }

  private static final class Asked implements LeasedNetwork {
    private final CountDownLatch closed = new CountDownLatch(1);
    private int rests;
    private boolean fails;

    @Override
    public void rest() {
      if (fails) {
        throw new IllegalStateException("no memory was there");
      }
      rests++;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private static Asked ask(String key) throws Exception {
    try (ReplicaPool.Lease<Asked> lease = ReplicaPool.lease(new AskedSpec(key))) {
      return lease.call(net -> net, () -> false, FaultsConfig.DEFAULT);
    }
  }

  @Test
  void aNetworkKeepsTheMemoryOfPassesUntilAnotherWorksHere() throws Exception {
    Asked asked = ask("a");
    assertThat(ask("a")).isSameAs(asked);
    assertThat(asked.rests).isZero();
    for (int lease = 0; lease < 2; lease++) { // the second of which finds it rested
      try (ReplicaPool.Lease<ReplicaNetwork> trained = ReplicaPool.lease(spec)) {
        assertThat(asked.rests).isEqualTo(1);
        device(trained);
      }
    }
    ask("a");
    ReplicaPool.lease(spec).close();
    assertThat(asked.rests).isEqualTo(2);
  }

  @Test
  void oneThatCannotGiveMemoryBackIsDiscardedAndSaid() throws Exception {
    Asked asked = ask("a");
    asked.fails = true;
    assertThatIllegalStateException()
        .isThrownBy(() -> ReplicaPool.lease(spec))
        .withMessageContaining("Cannot free memory of replica-");
    asked.closed.await();
    ReplicaPool.lease(spec).close();
    assertThat(ask("a")).isNotSameAs(asked);
  }

  @Test
  void aNetworkOfAnotherKeyGivesWayAndOneOfAnotherKindDoesNot() throws Exception {
    Replica<ReplicaNetwork> trained;
    try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(spec)) {
      trained = lease.replica();
      device(lease);
    }
    Asked other = ask("other");
    ask("a");
    other.closed.await();
    try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(spec)) {
      assertThat(lease.replica()).isSameAs(trained);
    }
  }

  @Test
  void aFailureAfterWorkThatEndedWellPoisonsToo() throws Exception {
    Asked failed;
    try (ReplicaPool.Lease<Asked> lease = ReplicaPool.lease(new AskedSpec("a"))) {
      failed = lease.call(net -> net, () -> false, FaultsConfig.DEFAULT);
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  lease.call(
                      net -> {
                        throw new IllegalStateException("out of memory");
                      },
                      () -> false,
                      FaultsConfig.DEFAULT));
    }
    failed.closed.await();
    assertThat(ask("a")).isNotSameAs(failed);
  }

  @Test
  void aNetworkIsAskedOnTheDeviceOfTheOneThatIsTrained() throws Exception {
    try (PretendedGpus gpus = new PretendedGpus(2);
        ReplicaPool.Lease<ReplicaNetwork> trained = ReplicaPool.lease(spec, 1);
        ReplicaPool.Lease<Asked> asked = ReplicaPool.lease(new AskedSpec("a"), 1)) {
      assertThat(asked.<Integer>call(net -> Devices.current(), () -> false, FaultsConfig.DEFAULT))
          .isEqualTo(device(trained));
    }
  }

  /** A step, or as many as are asked for; the last ends when the test does. */
  private static int steps(Replica<?> replica, int count, CountDownLatch end) throws Exception {
    for (int step = 1; step < count; step++) {
      replica.stepped();
    }
    end.await();
    replica.stepped();
    return count;
  }

  @Test
  void aStepMayTakeSoManyTimesAsLongAsThoseOfTheReplicaBefore() throws Exception {
    FaultsConfig tenth = new FaultsConfig(1e-9, 0.1, 1);
    FaultsConfig never = new FaultsConfig(0, 0.1, 1);
    CountDownLatch ended = new CountDownLatch(0);
    CountDownLatch end = new CountDownLatch(1);
    try (ReplicaPool.Lease<Asked> lease = ReplicaPool.lease(new AskedSpec("a"))) {
      Replica<Asked> replica = lease.replica();
      lease.<Integer>call(net -> steps(replica, 3, ended), () -> false, tenth);
      assertThat(lease.<Integer>call(net -> slow(), () -> false, never)).isEqualTo(1);
      assertThatExceptionOfType(HungTaskException.class)
          .isThrownBy(() -> lease.call(net -> steps(replica, 1, end), () -> false, tenth))
          .withMessageStartingWith(replica.name() + " did not end its work within 1 s");
    }
    end.countDown();
  }

  private static int slow() throws InterruptedException {
    Thread.sleep(300);
    return 1;
  }

  @Test
  void theFirstStepsOfAReplicaMayTakeAsLongAsTheyLike() throws Exception {
    FaultsConfig atOnce = new FaultsConfig(1e-9, 1e-9, 1);
    try (ReplicaPool.Lease<Asked> lease = ReplicaPool.lease(new AskedSpec("a"))) {
      lease.<Integer>call(
          net -> steps(lease.replica(), 2, new CountDownLatch(0)), () -> false, atOnce);
      assertThat(lease.<Integer>call(net -> slow(), () -> false, atOnce)).isEqualTo(1);
    }
  }
}
