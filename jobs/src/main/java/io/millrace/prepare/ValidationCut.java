package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;

/**
 * Which images of train become validation where the source has no validation of its own: those
 * whose hash, taken as a number in [0, 1), is below the share; and which are held out as test:
 * those of the next share, and by their bytes alone. So the bytes of an image decide, equal images
 * stay together, and more images move none of those that are there.
 *
 * <p>But no class may miss train or validation by chance: of each class's other different images
 * the one with the smallest hash is for validation, and the one with the largest, an only one too,
 * for train. That decides in small classes alone. There a new image can send the one that stood in
 * for it the other way: from validation to train, and from train to validation only where it was
 * the only image of its class, or all of its class are below the share.
 */
final class ValidationCut implements Serializable {
  private static final long serialVersionUID = 1;

  private final double share;
  private final double heldOut;
  private final long[] smallest;
  private final long[] largest;

  private ValidationCut(double share, double heldOut, int classes) {
    this.share = share;
    this.heldOut = heldOut;
    this.smallest = new long[classes];
    this.largest = new long[classes];
    Arrays.fill(smallest, -1L); // the largest unsigned number
  }

  /** The cut that gives {@code share} of train to validation and {@code heldOut} to test. */
  static ValidationCut of(JavaRDD<Verdict> judged, double share, double heldOut, int classes) {
    var none = new ValidationCut(share, heldOut, classes);
    return share == 0
        ? none
        : judged
            .filter(verdict -> verdict.accepted() && verdict.split() == Split.TRAIN)
            .treeAggregate(none, ValidationCut::add, ValidationCut::add);
  }

  /** The verdict with the split that the row ends in. */
  Verdict apply(Verdict verdict) {
    if (!verdict.splits().contains(Split.TRAIN)) {
      return verdict;
    }
    Split to = split(verdict.label(), verdict.content());
    if (to == Split.TRAIN) {
      return verdict;
    }
    Set<Split> equal = EnumSet.copyOf(verdict.splits());
    equal.remove(Split.TRAIN);
    equal.add(to);
    return verdict.in(verdict.split() == Split.TRAIN ? to : verdict.split(), equal);
  }

  /** Where images of train with that hash go. */
  private Split split(int label, long content) {
    return holdsOut(content) ? Split.TEST : cuts(label, content) ? Split.VALIDATION : Split.TRAIN;
  }

  private boolean holdsOut(long content) {
    double fraction = ContentHash.fraction(content);
    return fraction >= share && fraction < share + heldOut;
  }

  /** Whether images of train with that hash become validation. */
  private boolean cuts(int label, long content) {
    boolean below = ContentHash.fraction(content) < share;
    return share > 0 && content != largest[label] && (below || content == smallest[label]);
  }

  private ValidationCut add(Verdict verdict) {
    if (!holdsOut(verdict.content())) {
      include(verdict.label(), verdict.content(), verdict.content());
    }
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
