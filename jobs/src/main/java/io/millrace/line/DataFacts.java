package io.millrace.line;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.DatasetManifest.StoredImages;
import io.millrace.dataset.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * What a night's own data is like.
 *
 * @param fingerprint of the prepared set
 * @param classes class names in the order of their labels
 * @param images images of each class, over all splits
 * @param train images to train on
 * @param heldOut images to compare models on
 * @param mean mean of each channel, black 0, white 1
 * @param deviation deviation of each channel on that scale
 * @param quarantined rows in quarantine
 */
public record DataFacts(
    String fingerprint,
    List<String> classes,
    List<Long> images,
    long train,
    long heldOut,
    List<Double> mean,
    List<Double> deviation,
    long quarantined) {
  /** Weights of red, green and blue in ITU-R BT.601's luma. */
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  /** What a set's manifest says. */
  public static DataFacts of(DatasetManifest set) {
    List<Long> images = new ArrayList<>();
    for (int label = 0; label < set.classes().size(); label++) {
      long sum = 0;
      for (SplitFiles split : set.splits().values()) {
        sum += split.rowsByClass().get(label);
      }
      images.add(sum);
    }
    StoredImages stored = set.images();
    return new DataFacts(
        set.fingerprint(),
        set.classes(),
        images,
        rows(set, Split.TRAIN),
        rows(set, Split.TEST),
        stored.mean(),
        stored.deviation(),
        set.origin().quarantined());
  }

  private static long rows(DatasetManifest set, Split split) {
    SplitFiles files = set.splits().get(split);
    return files == null ? 0 : files.rows();
  }

  /** Images in all. */
  public long all() {
    return images.stream().mapToLong(Long::longValue).sum();
  }

  /** Images of a class, by its name. */
  long images(String name) {
    int label = classes.indexOf(name);
    return label < 0 ? 0 : images.get(label);
  }

  /** Luma of the mean colour, {@code 0.299 R + 0.587 G + 0.114 B}; of grey images their mean. */
  public double brightness() {
    double sum = 0;
    for (int channel = 0; channel < LUMA.length; channel++) {
      sum += LUMA[channel] * mean(channel);
    }
    return sum;
  }

  /** Mean of a channel; a grey set's stands for all. */
  double mean(int channel) {
    return mean.get(mean.size() == 1 ? 0 : channel);
  }

  /** Share of the rows that could not be used. */
  public double quarantineShare() {
    return (double) quarantined / (all() + quarantined);
  }
}
