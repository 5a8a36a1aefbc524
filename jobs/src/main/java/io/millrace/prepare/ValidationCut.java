package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;

/**
 * Which images of train become validation where the source has no validation of its own: those
 * whose hash, taken as a number in [0, 1), is below the share. So the bytes of an image decide,
 * equal images stay together, and more images move none of those that are there.
 *
 * <p>But no class may miss either split by chance: of each class's different images the one with
 * the smallest hash is for validation, and the one with the largest, an only one too, for train.
 * That decides in small classes alone. There a new image can send the one that stood in for it the
 * other way: from validation to train, and from train to validation only where it was the only
 * image of its class, or all of its class are below the share.
 */
final class ValidationCut implements Serializable {
  private static final long serialVersionUID = 1;

  private final double share;
  private final long[] smallest;
  private final long[] largest;

  private ValidationCut(double share, int classes) {
    this.share = share;
    this.smallest = new long[classes];
    this.largest = new long[classes];
    Arrays.fill(smallest, -1L); // the largest unsigned number
  }

  /** The cut that gives {@code share} of train to validation. */
  static ValidationCut of(JavaRDD<Verdict> judged, double share, int classes) {
    var none = new ValidationCut(share, classes);
    return share == 0
        ? none
        : judged
            .filter(verdict -> verdict.accepted() && verdict.split() == Split.TRAIN)
            .treeAggregate(none, ValidationCut::add, ValidationCut::add);
  }

  /** The verdict with the split that the row ends in. */
  Verdict apply(Verdict verdict) {
    if (!verdict.splits().contains(Split.TRAIN) || !cuts(verdict.label(), verdict.content())) {
      return verdict;
    }
    Set<Split> equal = EnumSet.copyOf(verdict.splits());
    equal.remove(Split.TRAIN);
    equal.add(Split.VALIDATION);
    return verdict.in(verdict.split() == Split.TRAIN ? Split.VALIDATION : verdict.split(), equal);
  }

  /** Whether images of train with that hash become validation. */
  private boolean cuts(int label, long content) {
    boolean below = ContentHash.fraction(content) < share;
    return share > 0 && content != largest[label] && (below || content == smallest[label]);
  }

  private ValidationCut add(Verdict verdict) {
    include(verdict.label(), verdict.content(), verdict.content());
    return this;
  }

  private ValidationCut add(ValidationCut other) {
    for (int label = 0; label < smallest.length; label++) {
      include(label, other.smallest[label], other.largest[label]);
    }
    return this;
  }

  private void include(int label, long low, long high) {
    if (Long.compareUnsigned(low, smallest[label]) < 0) {
      smallest[label] = low;
    }
    if (Long.compareUnsigned(high, largest[label]) > 0) {
      largest[label] = high;
    }
  }
}
