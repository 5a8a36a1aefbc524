package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cluster.StandaloneMaster.Machine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingSlotsTest {
  @Test
  void memoryIsTheCauseWhereNoMachineHasAsMuch() {
    assertThat(why(0, 4096, new Machine(8, 8, 3072, 3072)))
        .isEqualTo(
            "no machine has the 4096 MB that an executor asks for, the largest has 3072 MB (lower"
                + " --executor-memory, or give the machines more)");
    assertThat(why(0, 4096, new Machine(8, 6, 8192, 1024)))
        .startsWith("no machine with a free core has 4096 MB free");
  }

  @Test
  void memoryIsTheCauseTooWhereSomeExecutorsGotIt() {
    assertThat(why(1, 4096, new Machine(8, 0, 8192, 8192), new Machine(2, 1, 8192, 4000)))
        .startsWith("no machine with a free core has 4096 MB free");
  }

  @Test
  void coresAreTheCauseWhereThereAreTooFew() {
    assertThat(why(2, 4096, new Machine(2, 0, 8192, 4096)))
        .isEqualTo("give it more cores, or lower training.workers");
    assertThat(why(2, 4096, new Machine(8, 0, 8192, 4096)))
        .isEqualTo(
            "other applications hold 6 of its 8 cores (wait for them, or lower training.workers)");
  }

  @Test
  void aMasterWithoutMachinesIsSaid() {
    assertThat(why(0, 1024)).isEqualTo("the master has no worker that is alive (start one)");
  }

  @Test
  void coresThatWereGivenAndNotUsedAreNotMissing() {
    var master = new StandaloneMaster(List.of(new Machine(2, 1, 4096, 3072)), 1);
    assertThat(MissingSlots.why(master, 0, 0, 1024))
        .startsWith("it gave 1 core, but no executor has come up there");
  }

  @Test
  void theMastersPageSaysWhatIsAliveAndFree() throws IOException {
    String page =
        """
        {"workers": [
          {"cores": 2, "coresfree": 1, "memory": 4096, "memoryfree": 3072, "state": "ALIVE"},
          {"cores": 8, "coresfree": 8, "memory": 8192, "memoryfree": 8192, "state": "DEAD"}],
         "activeapps": [{"id": "app-1", "cores": 1}, {"id": "app-2", "cores": 7}]}""";
    assertThat(StandaloneMaster.of(new ObjectMapper().readTree(page), "app-1"))
        .isEqualTo(new StandaloneMaster(List.of(new Machine(2, 1, 4096, 3072)), 1));
  }

  @Test
  void aMasterThatCannotBeReachedIsNamed() throws IOException {
    try (ServerSocket alive = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String up = "127.0.0.1:" + alive.getLocalPort();
      assertThatCode(() -> StandaloneMaster.require("spark://127.0.0.1:1," + up))
          .doesNotThrowAnyException();
    }
    assertThatCode(() -> StandaloneMaster.require("yarn")).doesNotThrowAnyException();
    assertThatThrownBy(() -> StandaloneMaster.require("spark://127.0.0.1:1"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot reach the master spark://127.0.0.1:1: Connection refused (is it up, and is that"
                + " its address?)");
  }

  private static String why(int slots, int asked, Machine... machines) {
    var master = new StandaloneMaster(List.of(machines), 0);
    return MissingSlots.why(master, slots == 0 ? 0 : 1, slots, asked);
  }
}
