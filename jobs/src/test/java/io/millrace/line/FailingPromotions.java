package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Verdict;
import io.millrace.store.FailingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What has to hold of the end of a night on any store that fails at its first, second, ... call.
 *
 * @param hadoop knows the store
 * @param root a folder on it
 */
public record FailingPromotions(Configuration hadoop, String root) {
  private static final String NOW = "2026-11-22T02:00:00Z";

  /** How many calls were let fail, and how often the champion stayed the old one. */
  public record Tried(int calls, int old) {}

  private LineFolder line(int number) {
    return LineFolder.open(hadoop, new Path(root, "line-" + number));
  }

  private static Night trained(String date) {
    return new Night(date, NOW, new Night.Start(null, "the base"))
        .with(new Night.Trained("sha of " + date, 1));
  }

  private static Night promoted(Night night) {
    return night.with(new Verdict(Outcome.PROMOTED, "better", null, List.of(), null, NOW));
  }

  /** As finetune does it: the verdict first, the champion last. */
  private static void end(LineFolder line, Night night) throws IOException {
    Night decided = night.verdict() == null ? promoted(night) : night;
    if (night.verdict() == null) {
      line.write(decided);
    }
    line.promote(decided, NOW);
  }

  /**
   * Lets each call of a promotion fail: the old champion or the new one is there, and the night
   * goes on to its end.
   */
  public Tried atEveryCall() throws IOException {
    int calls = 0;
    int old = 0;
    for (boolean unhurt = false; !unhurt; calls++) {
      LineFolder line = line(calls);
      line.write(trained("2026-11-21"));
      end(line, trained("2026-11-21"));
      line.write(trained("2026-11-22"));
      Champions before = line.champions();
      FailingStore.fail(calls);
      try {
        end(line, trained("2026-11-22"));
      } catch (IOException | UncheckedIOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      }
      unhurt = FailingStore.isUnhurt();
      Champions after = line.champions();
      Night night = line.night("2026-11-22").orElseThrow();
      assertThat(night).isIn(trained("2026-11-22"), promoted(trained("2026-11-22")));
      if (after.equals(before)) {
        old++;
        assertThat(night.isDone(after)).isFalse();
      } else {
        assertThat(after.current().orElseThrow().sha256()).isEqualTo("sha of 2026-11-22");
        assertThat(night.isDone(after)).isTrue();
      }
      end(line, night);
      end(line, promoted(night));
      assertThat(line.champions().all())
          .extracting(Champion::night)
          .containsExactly("2026-11-21", "2026-11-22");
    }
    return new Tried(calls, old);
  }
}
