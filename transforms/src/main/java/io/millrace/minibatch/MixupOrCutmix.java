package io.millrace.minibatch;

import io.millrace.random.KeyedRandom;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Takes {@link Cutmix} for an update with probability {@code switchProbability}, else {@link
 * Mixup}; by (seed, update), alike on all workers.
 *
 * <p>Source: timm's {@code mixup-switch-prob}; Wightman, Touvron, Jegou, "ResNet strikes back",
 * 2021, arXiv 2110.00476.
 */
@Named(value = "mixup-or-cutmix", doc = "One of the two for each update.")
public record MixupOrCutmix(
    @Key(doc = "Alpha of mixup.", value = "0.2", min = 0, above = true) double mixup,
    @Key(doc = "Alpha of cutmix.", value = "1", min = 0, above = true) double cutmix,
    @Key(doc = "Probability that it is cutmix.", value = "0.5", min = 0, max = 1)
        double switchProbability)
    implements Mixing {
  private static final long STREAM = 0x737769746368L;

  /** Checks alphas and probability. */
  public MixupOrCutmix {
    Mixup.checkAlpha("mixup", mixup);
    Mixup.checkAlpha("cutmix", cutmix);
    MixingTimes.checkProbability("switchProbability", switchProbability);
  }

  /** Which of the two an update takes: the same on all workers, in every run with this seed. */
  public Mixing of(long seed, long update) {
    double drawn = new KeyedRandom().key(seed, update, STREAM).nextDouble();
    return drawn < switchProbability ? new Cutmix(cutmix) : new Mixup(mixup);
  }

  @Override
  public double mix(ImageRows images, long seed, long update) {
    return of(seed, update).mix(images, seed, update);
  }
}
