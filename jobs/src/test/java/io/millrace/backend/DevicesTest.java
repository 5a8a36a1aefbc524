package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DevicesTest {
  @Test
  void theGpuOfTheTaskIsTheOneThatSparkAssigned() {
    assertThat(Devices.choose(List.of("2"), null, 4)).isEqualTo(2);
    assertThat(Devices.choose(List.of("2"), "3, 2", 2)).isEqualTo(1);
    assertThat(Devices.choose(List.of("GPU-8f6d"), "GPU-11aa,GPU-8f6d", 2)).isEqualTo(1);
  }

  @Test
  void withoutOneTheOnlyGpuIsTaken() {
    assertThat(Devices.choose(List.of(), null, 1)).isZero();
    assertThat(Devices.choose(List.of(), "3", 1)).isZero();
  }

  @Test
  void whatLeavesAChoiceIsRefused() {
    refused(
        List.of(),
        4,
        "Cannot choose one of 4 GPUs: Spark assigned none (must be one a task,"
            + " spark.task.resource.gpu.amount=1, or CUDA_VISIBLE_DEVICES must show one)");
    refused(
        List.of("0", "1"),
        2,
        "Cannot choose one of GPUs 0, 1: the task has all of them (must be one,"
            + " spark.task.resource.gpu.amount=1)");
  }

  @Test
  void aGpuThatCudaDoesNotSeeIsRefused() {
    refused(
        List.of("3"), 2, "Cannot use GPU 3: CUDA sees 2 devices, CUDA_VISIBLE_DEVICES is not set");
    refused(
        List.of("MIG-1"),
        2,
        "Cannot use GPU MIG-1: CUDA sees 2 devices, CUDA_VISIBLE_DEVICES is not set");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose(List.of("0"), "2,3", 2))
        .withMessage("Cannot use GPU 0: CUDA sees 2 devices, CUDA_VISIBLE_DEVICES is 2,3");
  }

  private static void refused(List<String> assigned, int count, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose(assigned, null, count))
        .withMessage(message);
  }

  @Test
  void onACpuThereIsNothingToChoose() {
    assertThat(Devices.ofTask()).isEqualTo(Devices.NONE);
    INDArray array = Nd4j.ones(2);
    assertThat(Devices.here(array, Devices.current())).isSameAs(array);
  }

  @Test
  void anArrayOfAnotherDeviceIsCopied() {
    try (PretendedGpus gpus = new PretendedGpus(2)) {
      INDArray array = Nd4j.ones(2);
      int madeOn = Devices.current();
      assertThat(Devices.here(array, madeOn)).isSameAs(array);
      Devices.use(1 - madeOn);
      assertThat(Devices.here(array, madeOn)).isNotSameAs(array).isEqualTo(array);
    }
  }
}
