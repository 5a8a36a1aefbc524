package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.backend.Devices;
import io.millrace.backend.PretendedGpus;
import io.millrace.training.Nets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
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
    ReplicaPool.release(RUN);
  }

  private static int device(ReplicaPool.Lease lease) throws Exception {
    return lease.call(net -> Devices.current(), () -> false);
  }

  @Test
  void aReplicaWorksOnTheDeviceOfItsTask() throws Exception {
    try (PretendedGpus gpus = new PretendedGpus(4);
        ReplicaPool.Lease third = ReplicaPool.lease(spec, 3);
        ReplicaPool.Lease first = ReplicaPool.lease(spec, 1)) {
      assertThat(device(third)).isEqualTo(3);
      assertThat(device(first)).isEqualTo(1);
    }
  }

  @Test
  void anIdleReplicaServesItsOwnDeviceOnly() throws Exception {
    try (PretendedGpus gpus = new PretendedGpus(2)) {
      Replica zero;
      try (ReplicaPool.Lease lease = ReplicaPool.lease(spec, 0)) {
        zero = lease.replica();
        device(lease);
      }
      try (ReplicaPool.Lease other = ReplicaPool.lease(spec, 1);
          ReplicaPool.Lease same = ReplicaPool.lease(spec, 0)) {
        assertThat(other.replica()).isNotSameAs(zero);
        assertThat(same.replica()).isSameAs(zero);
      }
    }
  }

  @Test
  void twoReplicasOnOneDeviceAreRefused() {
    try (PretendedGpus gpus = new PretendedGpus(1);
        ReplicaPool.Lease one = ReplicaPool.lease(spec)) {
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
      try (ReplicaPool.Lease lease = ReplicaPool.lease(spec)) {
        Assertions.assertThatExceptionOfType(CancellationException.class)
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
                        () -> owner.get() != null));
      }
      try (ReplicaPool.Lease next = ReplicaPool.lease(spec)) {
        assertThat(device(next)).isZero();
      }
    }
    owner.get().join();
    assertThat(seen.get().isClosed()).isTrue();
  }
}
