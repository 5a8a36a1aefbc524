package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of a config either decides the weights or is free, and which is written down here. */
class DecidingKeysTest {
  /** What a run may be resumed with another value of; the whole keys of other sections decide. */
  private static final String FREE =
      "name|output|sinks.*|(source|dataset|evaluation|diagnostics|line|checkpoint|earlyStopping|divergence|faults)\\..*|training\\.(startTimeout|keepCheckpoints)"
          + "|loss\\.distillation\\.(teacher|cacheLogits|cacheMegabytes)";

  static List<OtherValue> keys() {
    return OtherValue.ofEachKey();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void anotherValueOfAKeyIsAnotherFingerprintUnlessTheKeyIsFree(OtherValue other) {
    Map<String, String> then = DecidingKeys.of(other.before());
    Map<String, String> now = DecidingKeys.of(other.after());
    TreeSet<String> changed = new TreeSet<>(then.keySet());
    changed.addAll(now.keySet());
    changed.removeIf(key -> then.getOrDefault(key, "").equals(now.getOrDefault(key, "")));
    String before = DecidingKeys.fingerprint(other.before());
    String after = DecidingKeys.fingerprint(other.after());
    if (other.key().matches(FREE)) {
      assertThat(changed).isEmpty();
      assertThat(after).isEqualTo(before);
    } else {
      assertThat(changed).anyMatch(key -> key.startsWith(other.resolved()));
      assertThat(after).isNotEqualTo(before);
    }
  }

  @Test
  void aKeyThatAnOlderConfigDoesNotHaveHasItsDefault() {
    RunConfig now = ConfigReader.read("now", "seed: 7", List.of());
    assertThat(DecidingKeys.of("seed: 7"))
        .isEqualTo(DecidingKeys.of(now))
        .containsEntry("seed", "7");
  }

  @Test
  void anOlderConfigOfKeysThatAreGoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecidingKeys.of("learningRate: {warmupEpoch: 1}"))
        .withMessage(
            "config.yaml:1: Unknown key learningRate.warmupEpoch (did you mean"
                + " learningRate.warmupEpochs?)");
  }

  @Test
  void aListOfChoicesIsOneValue() {
    assertThat(DecidingKeys.of("augment: [horizontal_flip]"))
        .containsEntry("augment", "[{horizontal_flip={probability=0.5}}]");
  }

  /** The same weights at the same metrics alone. */
  @Test
  void whatARateFollowsDecidesByWhatItIsMeasuredOn() {
    String plateau = "learningRate: {schedule: plateau, metric: %s}\n%s";
    String other = "evaluation: {split: test, cropShare: 0.5, batch: 7, keep: last}";
    assertThat(DecidingKeys.of(plateau.formatted("val-loss", other)))
        .containsEntry("evaluation.split", "test")
        .containsEntry("evaluation.cropShare", "0.5")
        .doesNotContainKeys("evaluation.batch", "evaluation.keep", "evaluation.metric");
    assertThat(DecidingKeys.of(plateau.formatted("train-loss", other)))
        .isEqualTo(DecidingKeys.of(plateau.formatted("train-loss", "")));
    assertThat(DecidingKeys.of(other)).isEqualTo(DecidingKeys.of(""));
  }
}
