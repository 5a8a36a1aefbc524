package io.millrace.config;

import io.millrace.recipe.Selection;
import io.millrace.settings.Key;
import java.util.List;

/**
 * A stretch of epochs with its own trained parameters, rates and batch. What it does not say of the
 * recipe is as the run has it.
 */
public record StageConfig(
    @Key(
            doc = "Name of the stage.",
            rule = "letters, digits, . _ -, 100 at most",
            pattern = "(?=.{1,100}$)[\\w.-]*\\w[\\w.-]*")
        String name,
    @Key(doc = "Its epochs.", min = 1) int epochs,
    @Key(doc = "What it trains.", value = "[all]", rule = Selection.RULE, one = true)
        List<String> train,
    @Key(
            doc = "What it does not, of what train takes.",
            value = "[]",
            rule = Selection.RULE,
            one = true)
        List<String> freeze,
    @Key(
            doc =
                "Layer-wise decay: factor of the rate from each level of layers to the one below it, head 1; null for none.",
            value = "null",
            min = 0,
            max = 1,
            above = true)
        Double layerDecay,
    @Key(
            doc =
                "Factor of the rate for weights that come from init.from; a new head has 1. Null for 0.1 where there are such weights.",
            value = "null",
            min = 0,
            above = true,
            max = 1000)
        Double pretrainedRate,
    @Key(
            doc =
                "What becomes of the optimiser's state of parameters that the stage before trained, too; that of others starts at 0.",
            value = "keep")
        State state,
    @Key(
            doc =
                "Whether what the frozen layers below the lowest trained one make of each image is computed once, kept on executors, and read in each epoch.",
            value = "false")
        boolean featureCache,
    @Key(
            doc = "Examples one worker uses for one update; null for training.batchPerWorker.",
            value = "null",
            min = 1)
        Integer batchPerWorker,
    @Key(doc = "Keys of optimizer that it sets anew.", value = "null", rule = "keys and values")
        Written optimizer,
    @Key(
            doc =
                "Keys of learningRate that it sets anew; warm-up and schedule count from the stage.",
            value = "null",
            rule = "keys and values")
        Written learningRate,
    @Key(doc = "Keys of loss that it sets anew.", value = "null", rule = "keys and values")
        Written loss,
    @Key(
            doc = "Image operations in the place of augment.",
            value = "null",
            rule = "a list of operations")
        Written augment,
    @Key(doc = "Keys of averaging that it sets anew.", value = "null", rule = "keys and values")
        Written averaging) {
  /** What becomes of the optimiser's state where a stage begins. */
  public enum State {
    KEEP,
    RESET
  }

  /** Refuses texts where keys are to be set. */
  public StageConfig {
    train = List.copyOf(train);
    freeze = List.copyOf(freeze);
    if (train.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid train: [] (must be %s; left out it is all)".formatted(Selection.RULE));
    }
    keys("optimizer", optimizer);
    keys("learningRate", learningRate);
    keys("loss", loss);
    keys("averaging", averaging);
  }

  private static void keys(String key, Written written) {
    if (written.text().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be keys and values)".formatted(key, written.text().get()));
    }
  }

  /** What it trains. */
  public Selection selection() {
    return new Selection(train, freeze);
  }
}
