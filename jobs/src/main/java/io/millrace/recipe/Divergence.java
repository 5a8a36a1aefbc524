package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import java.util.List;
import java.util.Optional;

/**
 * What a run does where a loss or a weight is not finite. Rolling back, it goes on from the newest
 * checkpoint at an end of an epoch that is one of {@code checkpoint.everyEpochs}, or from the
 * start, with all rates times {@code rateFactor}, and without the global batches that were bad:
 * those of the update that diverged and of the {@code skip - 1} before it. Checkpoints made by the
 * clock or for a stop are not gone back to: so a run that was resumed goes back to where an
 * uninterrupted one does.
 *
 * <p>As by hand in Chowdhery et al., PaLM, 2022, arXiv 2204.02311, 5.1. Differs from it: the rate
 * falls, too.
 *
 * @param action what is done
 * @param rateFactor factor of all rates after each roll-back
 * @param skip global batches that are left out after each
 * @param limit roll-backs in a run
 */
public record Divergence(
    @Key(
            doc =
                "What a loss or weight that is not finite does to the run: it ends (stop), or goes back to the last epoch's checkpoint (rollback).",
            value = "stop")
        Action action,
    @Key(
            doc = "Factor of all rates after a roll-back, until the end of the run.",
            value = "0.5",
            min = 0,
            max = 1,
            above = true)
        double rateFactor,
    @Key(
            doc = "Global batches left out after a roll-back: the bad one, and those before it.",
            value = "1",
            min = 0)
        int skip,
    @Key(doc = "Roll-backs in a run; what would be the next one ends it.", value = "3", min = 1)
        int limit) {
  /** What is done. */
  public enum Action {
    STOP,
    ROLLBACK
  }

  /** Whether a run goes back. */
  public boolean rollsBack() {
    return action == Action.ROLLBACK;
  }

  /** What contradicts itself: a run that would diverge again in the same way. */
  public List<String> problems() {
    return rollsBack() && rateFactor == 1 && skip == 0
        ? List.of(
            "Invalid divergence.rateFactor: 1 (must be < 1 where divergence.skip is 0, or the run"
                + " diverges again)")
        : List.of();
  }

  /** For people; nothing where a run just ends. */
  public Optional<String> words() {
    return rollsBack()
        ? Optional.of(
            "back to the last epoch's checkpoint, rates times %s, %s left out; %s at most"
                .formatted(
                    Schedule.text(rateFactor),
                    Counts.of(skip, "global batch"),
                    Counts.of(limit, "time")))
        : Optional.empty();
  }
}
