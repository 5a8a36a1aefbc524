package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  private static int epochs(EarlyStopping.Watch watch, String metric, double... values) {
    for (int epoch = 0; epoch < values.length; epoch++) {
      watch.epochEnded(Double.isNaN(values[epoch]) ? Map.of() : Map.of(metric, values[epoch]));
      if (watch.isOver()) {
        return epoch + 1;
      }
    }
    return values.length;
  }

  @Test
  void aRunEndsWhenPatienceIsOver() {
    var loss = new EarlyStopping(Metric.VAL_LOSS, 2, 0.1);
    assertThat(epochs(loss.watch(), "val_loss", 1.0, 0.95, 0.85, 0.8, 0.76, 0.5)).isEqualTo(5);
    var top1 = new EarlyStopping(Metric.VAL_TOP1, 3, 0);
    assertThat(epochs(top1.watch(), "val_top1", 0.5, 0.4, 0.5, 0.6, 0.6, 0.6, 0.6, 0.7))
        .isEqualTo(7);
    var steep = new EarlyStopping(Metric.VAL_TOP1, 2, 0.1);
    assertThat(epochs(steep.watch(), "val_top1", 0.5, 0.55, 0.65, 0.7, 0.74, 0.9)).isEqualTo(5);
  }

  @Test
  void anEpochWithoutTheMetricChangesNothing() {
    var loss = new EarlyStopping(Metric.VAL_LOSS, 2, 0);
    double none = Double.NaN;
    assertThat(epochs(loss.watch(), "val_loss", 1, none, 2, none, none, 2, 0)).isEqualTo(6);
  }

  @Test
  void withoutPatienceAllEpochsAreTrained() {
    var never = new EarlyStopping(Metric.TRAIN_LOSS, 0, 0);
    assertThat(epochs(never.watch(), "train_loss", 1, 2, 3, 4)).isEqualTo(4);
    assertThat(never.watch().isOver()).isFalse();
  }

  @Test
  void whatIsRestoredGoesOnAsBefore() {
    var loss = new EarlyStopping(Metric.VAL_LOSS, 3, 0);
    EarlyStopping.Watch before = loss.watch();
    epochs(before, "val_loss", 1, 2);
    EarlyStopping.Watch after = loss.watch();
    after.restore(before.save());
    assertThat(epochs(after, "val_loss", 1.5, 1.5, 0)).isEqualTo(2);
    assertThat(after.words())
        .isEqualTo("validation loss was no better for 3 epochs (earlyStopping.patience)");
  }
}
