package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer out = new PixelBuffer();

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "28, 28, 1", "32, 32, 3", "7, 5, 3", "300, 201, 3", "1, 90, 1"})
  void pngGivesThePixelsThatWereStored(int height, int width, int channels) {
    var image = Samples.photo(height, width, channels, 1);
    decode(Samples.encode(image, "png"), channels);

    assertThat(out.height()).isEqualTo(height);
    assertThat(out.width()).isEqualTo(width);
    assertThat(Samples.pixels(out)).isEqualTo(Samples.pixels(image));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void jpegCutAnywhereButInItsEndMarkerIsRefused(int channels) {
    byte[] jpeg = Samples.encode(Samples.photo(45, 61, channels, 2), "jpg");
    decode(jpeg, channels);
    byte[] pixels = Samples.pixels(out);

    for (int length = 0; length < jpeg.length - 2; length++) {
      assertRefused(Arrays.copyOf(jpeg, length), channels, "cut to " + length);
    }
    for (int length = jpeg.length - 2; length < jpeg.length; length++) {
      decode(Arrays.copyOf(jpeg, length), channels);
      assertThat(Samples.pixels(out)).isEqualTo(pixels);
    }
  }

  @Test
  void pngCutAnywhereButInItsEndChunkIsRefused() {
    byte[] png = Samples.encode(Samples.photo(30, 20, 3, 3), "png");
    decode(png, 3);
    byte[] pixels = Samples.pixels(out);
    for (int length = 0; length < png.length - 12; length++) {
      assertRefused(Arrays.copyOf(png, length), 3, "cut to " + length);
    }
    for (int length = png.length - 12; length < png.length; length++) {
      decode(Arrays.copyOf(png, length), 3);
      assertThat(Samples.pixels(out)).isEqualTo(pixels);
    }
  }

  @Test
  void pngWithAnyBitFlippedIsRefused() {
    byte[] png = Samples.encode(Samples.photo(12, 10, 3, 3), "png");
    for (int bit = 0; bit < png.length * 8; bit++) {
      byte[] bad = png.clone();
      bad[bit >> 3] ^= (byte) (1 << (bit & 7));
      assertRefused(bad, 3, "bit " + bit + " of byte " + (bit >> 3));
    }
  }

  @Test
  void refusalsSayWhatIsWrong() {
    assertRefusal(new byte[0], "zero bytes");
    byte[] jpeg = Samples.encode(Samples.photo(100, 100, 3, 2), "jpg");
    assertRefusal(Arrays.copyOf(jpeg, jpeg.length - 100), "truncated JPEG, too little pixel data");
    assertRefusal(Arrays.copyOf(jpeg, 300), "cut short in the header, at byte 300");
    byte[] gap = jpeg.clone();
    System.arraycopy(jpeg, jpeg.length - 200, gap, jpeg.length - 300, 200);
    assertRefusal(Arrays.copyOf(gap, jpeg.length - 100), "corrupt JPEG, too little pixel data");
    byte[] png = Samples.encode(Samples.photo(40, 40, 3, 2), "png");
    assertRefusal(
        Arrays.copyOf(png, png.length / 2), "truncated PNG, %d bytes".formatted(png.length / 2));
    png[60] ^= 1;
    assertRefusal(png, "corrupt PNG, checksum of the chunk at byte 33");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0000002066747970617669660000                 | AVIF
          0000001866747970686569630000                 | HEIC
          0000001866747970697366640000                 | MP4
          0000000c6a5020200d0a870a                     | JPEG 2000
          ff4fff51                                     | JPEG 2000
          ff0afa7f01                                   | JPEG XL
          38425053                                     | PSD
          00000100                                     | ICO
          44445320                                     | DDS
          50360a3136                                   | PNM
          0a050108                                     | PCX
          01da0001                                     | SGI
          934e554d5059                                 | a NumPy array
          255044462d                                   | PDF
          504b0304                                     | a ZIP archive
          3c3f786d6c3f3e203c73766720786d6c6e733d       | SVG
          3c21444f43545950452068746d6c3e3c68746d6c3e    | a web page or XML
          7b226572726f72223a                           | JSON
          2f396a2f34414151                             | Base64 text of an image
          696d616765732f6361742e706e67                 | text
          0000000000                                   | zeros
          000200000000                                 | unknown format, first bytes 000200000000
          """)
  void whatIsNoImageIsNamed(String start, String name) {
    assertRefusal(
        java.util.HexFormat.of().parseHex(start),
        "%s (must be %s)".formatted(name, ImageFormat.names()));
  }

  @Test
  void formatsAreToldByTheirBeginnings() {
    assertThat(ImageFormat.names()).isEqualTo("PNG, JPEG, GIF, BMP, TIFF or WebP");
    assertThat(ImageFormat.allExtensions())
        .containsExactly(
            "apng", "bmp", "dib", "gif", "jfif", "jpe", "jpeg", "jpg", "mpo", "png", "tif", "tiff",
            "webp");
  }

  @Test
  void aBombIsRefusedByItsHeader() {
    byte[] png = Samples.encode(Samples.photo(4, 4, 3, 2), "png");
    png[16] = 0x70;
    assertRefusal(png, "1879048196 x 4 pixels (must be 1 to 134217728 in all)");
  }

  @Test
  void progressiveFilesAreReadAndRefusedWhenCut() throws Exception {
    byte[] jpeg = BaselineDecoderTest.sample("progressive").data();
    decode(jpeg, 3);
    assertThat(out.height()).isEqualTo(61);
    for (int length = 0; length < jpeg.length; length++) {
      assertRefused(Arrays.copyOf(jpeg, length), 3, "cut to " + length);
    }
  }

  /** The marker of the frame says the coding: 0xc0 is baseline, 8 behind it the bits. */
  @Test
  void rareKindsOfJpegAreRefusedByName() throws Exception {
    byte[] jpeg = BaselineDecoderTest.sample("s420").data();
    String kinds = " (must be baseline or progressive, Huffman coding)";
    assertRefusal(framed(jpeg, 0xc9, 8), "JPEG with arithmetic coding" + kinds);
    assertRefusal(framed(jpeg, 0xca, 8), "JPEG with arithmetic coding" + kinds);
    assertRefusal(framed(jpeg, 0xc3, 8), "JPEG with no loss" + kinds);
    assertRefusal(framed(jpeg, 0xc5, 8), "JPEG with layers" + kinds);
    assertRefusal(framed(jpeg, 0xc1, 12), "JPEG with 12 bits a channel (must be 8)");
  }

  private static byte[] framed(byte[] jpeg, int marker, int bits) {
    byte[] other = jpeg.clone();
    int at = 0;
    while (jpeg[at] != -1 || jpeg[at + 1] != (byte) 0xc0) {
      at++;
    }
    other[at + 1] = (byte) marker;
    other[at + 4] = (byte) bits;
    return other;
  }

  /**
   * A flip that gives another valid code cannot be told from the original; nor can one after which
   * the data ends early and on its padding from stray bytes before the end, which are legal.
   */
  @Test
  void corruptJpegIsMostlyRefusedWhereLibjpegWarns() {
    byte[] jpeg = Samples.encode(Samples.photo(33, 33, 3, 2), "jpg");
    int warned = 0;
    int refused = 0;
    try (NativeJpegDecoder libjpeg = new NativeJpegDecoder()) {
      for (int bit = 20 * 8; bit < jpeg.length * 8; bit += 5) { // behind the JFIF segment
        byte[] bad = jpeg.clone();
        bad[bit >> 3] ^= (byte) (1 << (bit & 7));
        try {
          libjpeg.decode(new ByteReader(bad, 0, bad.length), 1, 3, false, out);
        } catch (BadImageException e) {
          warned++;
          refused += refuses(bad) ? 1 : 0;
        }
      }
    }
    assertThat(warned).isGreaterThan(50);
    assertThat(refused).isGreaterThan(warned * 95 / 100);
  }

  private boolean refuses(byte[] bytes) {
    try {
      decode(bytes, 3);
      return false;
    } catch (BadImageException e) {
      return true;
    }
  }

  private void assertRefusal(byte[] bytes, String reason) {
    assertThatThrownBy(() -> decode(bytes, 3))
        .isInstanceOf(BadImageException.class)
        .hasMessage("Cannot decode image: " + reason);
  }

  private void assertRefused(byte[] bytes, int channels, String what) {
    assertThatThrownBy(() -> decode(bytes, channels))
        .as(what)
        .isInstanceOf(BadImageException.class);
  }

  private void decode(byte[] bytes, int channels) {
    decoder.decode(bytes, 0, bytes.length, channels, out);
  }
}
