package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.random.KeyedRandom;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What work will allocate is known, and bounded, before it is allocated. */
class ImageBoundsTest {
  private static final int RGB = 2;

  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer out = new PixelBuffer();

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "134217728, 1, 16, 6", // twice a row is more than an array can hold
    "67108864, 1, 16, 6",
    "134217728, 1, 8, 2",
    "1, 134217728, 8, 2",
    "11585, 11585, 8, 2"
  })
  void aPngThatCannotHoldItsPixelsIsRefusedByItsHeader(int width, int height, int bits, int type) {
    byte[] png = png(width, height, bits, type, new byte[0]);
    assertThat(png.length).isLessThan(80);
    assertRefused(
        png,
        "%d x %d pixels, of which %d bytes hold a part at most"
            .formatted(width, height, png.length));
  }

  @Test
  void aPngPackedAsWellAsCanBeIsRead() {
    byte[] rows = new byte[3000 * (1 + 3 * 1000)];
    byte[] png = png(1000, 3000, 8, RGB, rows);
    assertThat(png.length).isLessThan(rows.length / 900);
    decoder.decode(png, 0, png.length, 3, out);
    assertThat(out.height()).isEqualTo(3000);
  }

  @Test
  void aJpegThatCannotHoldItsPixelsIsRefusedByItsHeader() throws Exception {
    byte[] jpeg = BaselineDecoderTest.sample("progressive").data();
    int at = 0;
    while (jpeg[at] != -1 || jpeg[at + 1] != (byte) 0xc2) {
      at++;
    }
    ByteBuffer.wrap(jpeg).putShort(at + 5, (short) 2000).putShort(at + 7, (short) 65000);
    assertRefused(
        jpeg, "65000 x 2000 pixels, of which %d bytes hold a part at most".formatted(jpeg.length));
  }

  @Test
  void aLineCannotBecomeAnImageWithoutEnd() {
    PixelBuffer line = new PixelBuffer().reshape(1, 40000, 3);
    assertThatThrownBy(() -> new ResizeShortSide(224).apply(line, out, new KeyedRandom()))
        .isInstanceOf(BadImageException.class)
        .hasMessage(
            "Cannot decode image: 40000 x 1 pixels become 8960000 x 224 (must be at most 16777216 in all)");
    PixelBuffer longer = new PixelBuffer().reshape(1, 1 << 24, 1);
    assertThatThrownBy(() -> new ResizeShortSide(224).apply(longer, out, new KeyedRandom()))
        .isInstanceOf(BadImageException.class)
        .hasMessage("Cannot decode image: 16777216 x 1 pixels, a side would become 3758096384");
    PixelBuffer high = new PixelBuffer().reshape(1 << 24, 1, 3);
    assertThatThrownBy(() -> new Resize(32, 32).apply(high, out, new KeyedRandom()))
        .isInstanceOf(BadImageException.class)
        .hasMessage("Cannot decode image: 1 x 16777216 pixels, too long to become 32 high");
  }

  /** Only the crop is made of what would be 10 million pixels wide. */
  @Test
  void validationCropsAnyShape() {
    float[] none = {0, 0, 0};
    float[] ones = {1, 1, 1};
    for (int[] size : new int[][] {{1, 40000}, {40000, 1}, {1, 1}, {3, 20000}}) {
      byte[] png = ImageEncoder.png(new PixelBuffer().reshape(size[0], size[1], 3));
      try (ImagePipeline pipeline = ImagePipeline.evaluation(0.875, 224, 224, 3, none, ones)) {
        FloatBuffer pixels = FloatBuffer.allocate(224 * 224 * 3);
        pipeline.run(png, 0, png.length, null, pixels);
        assertThat(pixels.remaining()).isZero();
      }
    }
  }

  @Test
  void theWidestPaddingIsCounted() {
    PixelBuffer image = new PixelBuffer().reshape(8, 8, 1);
    new RandomCrop(4, 4, 1 << 16).apply(image, out, new KeyedRandom().key(1, 2, 3));
    assertThat(Samples.pixels(out)).containsOnly(0);
  }

  private void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> decoder.decode(bytes, 0, bytes.length, 3, out))
        .isInstanceOf(BadImageException.class)
        .hasMessage("Cannot decode image: " + reason);
    assertThat(out.data().length).isLessThan(1 << 20);
  }

  static byte[] png(int width, int height, int bits, int type, byte[] rows) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) bits).put((byte) type);
    chunk(file, "IHDR", header.array());
    Deflater deflater = new Deflater(9);
    deflater.setInput(rows);
    deflater.finish();
    byte[] packed = new byte[rows.length + 64];
    chunk(file, "IDAT", java.util.Arrays.copyOf(packed, deflater.deflate(packed)));
    deflater.end();
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
    chunk.put(type.getBytes(java.nio.charset.StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    file.writeBytes(chunk.putInt((int) crc.getValue()).array());
  }
}
