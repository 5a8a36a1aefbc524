package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.training.MissingSlots.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingSlotsTest {
  @Test
  void memoryIsTheCauseWhereNoMachineHasAsMuch() {
    assertThat(MissingSlots.why(List.of(new Machine(8, 8, 3072, 3072)), 0, 0, 4096))
        .isEqualTo(
            "no machine has the 4096 MB that an executor asks for, the largest has 3072 MB (lower"
                + " --executor-memory, or give the machines more)");
    assertThat(MissingSlots.why(List.of(new Machine(8, 6, 8192, 1024)), 0, 0, 4096))
        .startsWith("no machine has 4096 MB free");
  }

  @Test
  void coresAreTheCauseWhereThereAreTooFew() {
    assertThat(MissingSlots.why(List.of(new Machine(2, 0, 8192, 4096)), 1, 2, 4096))
        .isEqualTo("give it more cores, or lower training.workers");
    assertThat(MissingSlots.why(List.of(new Machine(8, 0, 8192, 4096)), 1, 2, 4096))
        .isEqualTo(
            "other applications hold 6 of its 8 cores (wait for them, or lower training.workers)");
  }

  @Test
  void aMasterWithoutMachinesIsSaid() {
    assertThat(MissingSlots.why(List.of(), 0, 0, 1024))
        .isEqualTo("the master has no worker that is alive (start one)");
  }
}
