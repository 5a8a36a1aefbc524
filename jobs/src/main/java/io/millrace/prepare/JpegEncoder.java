package io.millrace.prepare;

import io.millrace.image.PixelBuffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to JPEG, by the JDK's writer. */
final class JpegEncoder {
  private JpegEncoder() {}

  /**
   * Encodes the pixels of a buffer.
   *
   * @param quality 1 to 100
   */
  static byte[] encode(PixelBuffer image, int quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(buffered(image), null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage buffered(PixelBuffer image) {
    int channels = image.channels();
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    var result = new BufferedImage(image.width(), image.height(), type);
    int[] row = new int[image.width() * channels];
    for (int y = 0; y < image.height(); y++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = image.data()[y * row.length + i] & 0xff;
      }
      result.getRaster().setPixels(0, y, image.width(), 1, row);
    }
    return result;
  }
}
