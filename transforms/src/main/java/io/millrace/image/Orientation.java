package io.millrace.image;

/** The eight EXIF orientations. */
final class Orientation {
  private Orientation() {}

  /**
   * Turns stored pixels upright. Orientations 2 and 4 mirror, 3 turns by 180 degrees, 5 and 7
   * transpose along a diagonal, 6 and 8 turn by 90 degrees clockwise and counter-clockwise.
   */
  static void upright(PixelBuffer in, int orientation, PixelBuffer out) {
    boolean transposed = orientation > 4;
    boolean flipX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean flipY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int height = transposed ? in.width() : in.height();
    int width = transposed ? in.height() : in.width();
    int channels = in.channels();
    out.reshape(height, width, channels);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = transposed ? x : y;
        int column = transposed ? y : x;
        int fromY = flipY ? in.height() - 1 - row : row;
        int fromX = flipX ? in.width() - 1 - column : column;
        int from = (fromY * in.width() + fromX) * channels;
        int to = (y * width + x) * channels;
        for (int c = 0; c < channels; c++) {
          out.data()[to + c] = in.data()[from + c];
        }
      }
    }
  }
}
