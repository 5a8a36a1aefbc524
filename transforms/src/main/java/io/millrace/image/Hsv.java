package io.millrace.image;

/**
 * Hue, saturation and value in 8 bits each, as Pillow 12 rounds them: {@code h = int(255
 * frac(h/6)), s = int(255 (max - min) / max), v = max}, and back with {@code 6 h / 255 = i + f, p =
 * round(v (1 - s)), q = round(v (1 - f s)), t = round(v (1 - (1 - f) s))}, in float32 where Pillow
 * has it.
 */
final class Hsv {
  private static final int TOP = 255;
  private static final byte[] SATURATIONS = saturations();

  /** Saturation by the distance of the channels and the largest of them. */
  private static byte[] saturations() {
    byte[] table = new byte[1 << 16];
    for (int max = 1; max <= TOP; max++) {
      for (int distance = 1; distance <= max; distance++) {
        table[distance << 8 | max] = (byte) (int) ((float) distance / max * 255.0);
      }
    }
    return table;
  }

  private Hsv() {}

  /** Writes the pixel at {@code at} with another hue. */
  static void turn(byte[] from, int at, int steps, byte[] to) {
    int red = from[at] & 0xff;
    int green = from[at + 1] & 0xff;
    int blue = from[at + 2] & 0xff;
    int max = Math.max(red, Math.max(green, blue));
    int min = Math.min(red, Math.min(green, blue));
    int saturation = SATURATIONS[(max - min) << 8 | max] & 0xff;
    if (saturation == 0) {
      to[at] = (byte) max;
      to[at + 1] = (byte) max;
      to[at + 2] = (byte) max;
      return;
    }
    int hue = (hue(red, green, blue, max, max - min) + steps) & 0xff;
    write(hue, saturation, max, to, at);
  }

  private static int hue(int red, int green, int blue, int max, float distance) {
    float r = (max - red) / distance;
    float g = (max - green) / distance;
    float b = (max - blue) / distance;
    float sixths =
        red == max ? b - g : green == max ? (float) (2.0 + r - b) : (float) (4.0 + g - r);
    double turns = sixths / 6.0;
    float hue = (float) (turns - Math.floor(turns));
    return (int) (hue * 255.0);
  }

  private static void write(int hue, int saturation, int value, byte[] to, int at) {
    double sixths = hue * 6.0 / 255.0;
    int sector = (int) sixths;
    float f = (float) (sixths - sector);
    float s = saturation / 255.0f;
    byte v = (byte) value;
    byte p = rounded(value * (1.0 - s));
    byte q = rounded(value * (1.0 - s * f));
    byte t = rounded(value * (1.0 - s * (1.0 - f)));
    switch (sector % 6) {
      case 0 -> put(to, at, v, t, p);
      case 1 -> put(to, at, q, v, p);
      case 2 -> put(to, at, p, v, t);
      case 3 -> put(to, at, p, q, v);
      case 4 -> put(to, at, t, p, v);
      default -> put(to, at, v, p, q);
    }
  }

  private static byte rounded(double level) {
    return (byte) (int) (level + 0.5);
  }

  private static void put(byte[] to, int at, byte red, byte green, byte blue) {
    to[at] = red;
    to[at + 1] = green;
    to[at + 2] = blue;
  }
}
