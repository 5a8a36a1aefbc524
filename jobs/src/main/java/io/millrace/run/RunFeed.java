package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.epoch.FeedSpec;
import io.millrace.image.ImageOperation;
import io.millrace.model.ModelInput;
import java.util.List;

/**
 * Which minibatches the workers of a run are fed with. Lives on the driver.
 *
 * @param setup what the config means on its data set
 */
public record RunFeed(TrainingSetup setup) {
  /** Those of the run; {@code run} names the feed's caches. */
  FeedSpec of(String run) {
    int epochs = setup.stage().lastEpoch();
    return of(run, epochs, epochs - setup.config().loss().mixingOffEpochs());
  }

  /** The same for another number of epochs than that of the config, which all mix. */
  public FeedSpec of(String run, int epochs) {
    return of(run, epochs, epochs);
  }

  private FeedSpec of(String run, int epochs, int mixed) {
    RunConfig config = setup.config();
    return new FeedSpec(
        run,
        config.seed(),
        epochs,
        setup.shape(),
        config.shuffle().window(),
        setup.data().blocks(Split.TRAIN),
        setup.data().reader(),
        images(mixed));
  }

  /** The same minibatches, of images that are only reframed, and not mixed: to measure by. */
  FeedSpec plain(String run) {
    FeedSpec feed = of(run);
    List<ImageOperation> frames =
        setup.config().augment().stream().filter(each -> !each.keepsSize()).toList();
    return feed.with(feed.images().plain(frames));
  }

  private FeedSpec.Images images(int mixed) {
    RunConfig config = setup.config();
    ModelInput fed = setup.input().model();
    return new FeedSpec.Images(
        fed.height(),
        fed.width(),
        fed.channels(),
        config.augment(),
        fed.means(),
        fed.deviations(),
        setup.data().classes().size(),
        config.loss().smoothing(),
        config.loss().mixingTimes(mixed));
  }
}
