package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Normalisation;
import io.millrace.dataset.PreparedDataset;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.init.InputStatistics;
import io.millrace.settings.Counts;
import java.util.Optional;

/**
 * What the network of a run is fed with, and by whose statistics: those of the training split, or
 * of the model that the run starts from, which has learnt to see by them.
 *
 * @param model what an image becomes
 * @param origin whose mean and deviation these are, in words
 */
record RunInput(ModelInput model, String origin) {

  /**
   * The input of a run that starts anew.
   *
   * @param given the weights that it starts from
   * @throws IllegalArgumentException if they see another number of channels
   */
  static RunInput of(RunConfig config, PreparedDataset data, Optional<GivenWeights> given) {
    boolean normalize = config.input().normalize();
    Normalisation own = data.normalisation(config.input().channels(), normalize);
    String origin = normalize ? "of train" : "as it is";
    if (given.isEmpty()) {
      return new RunInput(input(config, own), origin);
    }
    if (given.get().how().normalization() != null) {
      return named(config, given.get().how().normalization());
    }
    if (given.get().card().isEmpty()) {
      return new RunInput(input(config, own), origin + "; init's model does not say its own");
    }
    ModelInput theirs = given.get().card().get().input();
    if (theirs.channels() != config.input().channels()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must take images of %d channels, it takes %d)"
              .formatted(
                  config.init().fileKey(),
                  given.get().how().path(),
                  config.input().channels(),
                  theirs.channels()));
    }
    if (theirs.isNormalisedBy(own.mean(), own.deviation())) {
      return new RunInput(input(config, own), origin);
    }
    return normalize
        ? new RunInput(
            input(config, new Normalisation(theirs.means(), theirs.deviations())),
            "of init's model, not %s of train"
                .formatted(ModelInput.words(own.mean(), own.deviation())))
        : new RunInput(
            input(config, own),
            "by input.normalize, not %s of init's model".formatted(theirs.normalisation()));
  }

  private static RunInput named(RunConfig config, InputStatistics statistics) {
    if (!config.input().normalize()) {
      throw new IllegalArgumentException(
          "Invalid init.normalization: %s (must be left out where input.normalize is false)"
              .formatted(statistics.word()));
    }
    int channels = config.input().channels();
    return new RunInput(
        input(config, new Normalisation(statistics.mean(channels), statistics.deviation(channels))),
        "of init.normalization, " + statistics.word());
  }

  /** The input of a run that goes on: by the statistics that it began with. */
  RunInput resumed(ModelCard checkpoint) {
    ModelInput then = checkpoint.input();
    return model.isNormalisedBy(then.means(), then.deviations())
        ? this
        : new RunInput(
            model.normalisedBy(then.means(), then.deviations()), "of the run that goes on");
  }

  /** For people. */
  String words() {
    return "%d x %d, %s, %s %s"
        .formatted(
            model.width(),
            model.height(),
            Counts.of(model.channels(), "channel"),
            model.normalisation(),
            origin);
  }

  private static ModelInput input(RunConfig config, Normalisation normalisation) {
    var input = config.input();
    return ModelInput.of(
        new ImageShape(input.height(), input.width(), input.channels()),
        normalisation.mean(),
        normalisation.deviation(),
        config.evaluation().cropShare());
  }
}
