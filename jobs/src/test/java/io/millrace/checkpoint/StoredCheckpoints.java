package io.millrace.checkpoint;

import io.millrace.backend.Compute;
import io.millrace.model.ModelCards;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store of checkpoints in a folder, and checkpoints to put there. */
abstract class StoredCheckpoints {
  final Configuration hadoop = new Configuration();
  @TempDir Path dir;
  CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 2, true);
  }

  static Checkpoint checkpoint(int epoch) {
    // Longer than one copy buffer, with bits that any arithmetic would lose.
    float[] parameters = new float[300_000];
    Random random = new Random(epoch);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = Float.intBitsToFloat(random.nextInt() & 0x7f7fffff);
    }
    float[] state = {1, -0f, Float.MIN_VALUE};
    return new Checkpoint(
        new RunState(
            WeightVector.of(parameters),
            WeightVector.of(state),
            epoch * 10L,
            epoch,
            Map.of(
                "ema",
                new Memory(
                    Map.of("mean", WideVector.of(0.1 * epoch, -0.0, 1e-300)),
                    Map.of("samples", 7.0)),
                "plateau",
                Memory.of(Map.of("best", Double.NEGATIVE_INFINITY, "rate", 0.1)))),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.of(ModelCards.card("brick", "grass")),
        "{}\n".repeat(epoch),
        null,
        new Compute("-onednn-avx2", "avx2", "1", "haswell", "32+1024+0"));
  }

  /** The same after so many rounds of the next epoch, of two updates each. */
  static Checkpoint within(int epoch, int rounds) {
    Checkpoint whole = checkpoint(epoch);
    Measures measures = new Measures().add("wall", 3e9).add("loss", 0.1, 16).add("a", -0.5);
    Tally tally = new Tally(rounds, epoch * 10L + 2 * rounds, 0.1, Double.NaN, 32, -1, 7, measures);
    Position at = new Position(1, epoch, rounds, 2 * rounds, epoch * 10L + 2 * rounds);
    return new Checkpoint(
        whole.state().with(at, tally, List.of()),
        whole.fingerprints(),
        whole.config(),
        whole.card(),
        whole.metrics(),
        whole.best(),
        whole.compute());
  }

  Path folder(int epoch) {
    return dir.resolve("run/checkpoints/epoch-%04d".formatted(epoch));
  }

  Checkpoint read(int epoch) throws IOException {
    return CheckpointStore.read(hadoop, folder(epoch).toString());
  }
}
