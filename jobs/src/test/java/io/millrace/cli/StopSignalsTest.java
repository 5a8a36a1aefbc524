package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChildJvm;
import io.millrace.config.ConfigReader;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StopSignalsTest {
  private static final int ENDED_BY_TERM = 128 + 15;

  /** A command in the middle of a round that never ends. */
  public static final class EndlessRound {
    public static void main(String[] args) throws Exception {
      try (StopSignals stop = new StopSignals("stopping at the end of this round");
          var spark = Sessions.start("prepare", ConfigReader.read("run.yaml", "", List.of()))) {
        System.out.println("in a round");
        new CountDownLatch(1).await();
      }
    }
  }

  @Test
  void theSecondSignalEndsAtOnce() throws Exception {
    Process process =
        ChildJvm.start(
            path -> true,
            "-Dspark.master=local[1,4]",
            "-Dspark.ui.enabled=false",
            EndlessRound.class.getName());
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.equals("in a round") || line.endsWith("; a second one ends at once")) {
          process.toHandle().destroy(); // the process itself would close its streams
        }
      }
    }
    assertThat(process.waitFor()).as("%s", lines).isEqualTo(ENDED_BY_TERM);
    assertThat(lines)
        .filteredOn(line -> line.contains("SIGTERM"))
        .singleElement()
        .asString()
        .endsWith("SIGTERM: stopping at the end of this round; a second one ends at once");
  }
}
