package io.millrace.predict;

import java.nio.FloatBuffer;

/**
 * What a network says of one image.
 *
 * @param id the first 64 bits of the SHA-256 of the image's bytes in the source
 * @param path its file, relative to the source
 * @param row its number in the file, from 0
 * @param classes the most probable classes, the most probable first, ties to the lower index
 * @param probabilities of these
 * @param embedding what a layer makes of it; null if none is asked for
 */
record Prediction(
    long id, String path, long row, int[] classes, float[] probabilities, float[] embedding) {
  /** An image that is about to be seen. */
  record Image(long id, String path, long row) {
    /**
     * What a row of probabilities, [classes], says of it.
     *
     * @param top classes that are kept
     * @throws IllegalStateException if one is not a number
     */
    Prediction of(FloatBuffer row, int offset, int classes, int top, float[] embedding) {
      int[] best = new int[top];
      float[] probabilities = new float[top];
      int kept = 0;
      for (int k = 0; k < classes; k++) {
        float probability = row.get(offset + k);
        if (Float.isNaN(probability)) {
          throw new IllegalStateException(
              "Cannot predict row %d of %s: the network's output is not a number"
                  .formatted(this.row, path));
        }
        int at = kept;
        while (at > 0 && probability > probabilities[at - 1]) {
          at--;
        }
        if (at < top) {
          int moved = Math.min(kept, top - 1) - at;
          System.arraycopy(best, at, best, at + 1, moved);
          System.arraycopy(probabilities, at, probabilities, at + 1, moved);
          best[at] = k;
          probabilities[at] = probability;
          kept = Math.min(kept + 1, top);
        }
      }
      return new Prediction(id, path, this.row, best, probabilities, embedding);
    }
  }
}
