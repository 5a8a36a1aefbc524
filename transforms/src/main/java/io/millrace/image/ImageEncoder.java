package io.millrace.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to PNG or JPEG bytes, for stored data sets and for pictures in reports. */
public final class ImageEncoder {
  private ImageEncoder() {}

  /** Encodes [H, W, 1 or 3] as PNG, without loss. */
  public static byte[] png(PixelBuffer pixels) {
    return PngEncoder.encode(pixels);
  }

  /** The same, of more bytes and in hardly any time: for what is decoded at once and not kept. */
  public static byte[] unpackedPng(PixelBuffer pixels) {
    return PngEncoder.unpacked(pixels);
  }

  /**
   * Encodes [H, W, 1 or 3] as JPEG.
   *
   * @param quality 1 to 100 percent
   */
  public static byte[] jpeg(PixelBuffer pixels, int quality) {
    Checks.that(quality >= 1 && quality <= 100, "jpegQuality", quality, "1 to 100");
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(pixels), null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage image(PixelBuffer pixels) {
    boolean grey = pixels.channels() == 1;
    int type = grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
    int[] row = new int[pixels.width() * pixels.channels()];
    for (int y = 0; y < pixels.height(); y++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = pixels.data()[y * row.length + i] & 0xff;
      }
      image.getRaster().setPixels(0, y, pixels.width(), 1, row);
    }
    return image;
  }
}
