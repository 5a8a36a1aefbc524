package io.millrace.image;

/**
 * Pixels of one image, [H, W, C], 8 bits a channel, in an array that grows and is used again. Not
 * thread-safe.
 */
public final class PixelBuffer {
  private byte[] data = new byte[0];
  private int height;
  private int width;
  private int channels;

  /**
   * Gives the buffer a shape; the pixels are undefined afterwards.
   *
   * @throws BadImageException if no image may be that large
   */
  public PixelBuffer reshape(int height, int width, int channels) {
    ImageHeader.checkSize(height, width);
    int size = height * width * channels;
    if (data.length < size) {
      data = new byte[size];
    }
    this.height = height;
    this.width = width;
    this.channels = channels;
    return this;
  }

  /** Gives the memory back; the shape stays. */
  void release() {
    data = new byte[0];
  }

  /** The pixels: channel {@code c} of (y, x) is at {@code (y * width + x) * channels + c}. */
  public byte[] data() {
    return data;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Channels: 1 grey, 3 RGB. */
  public int channels() {
    return channels;
  }
}
