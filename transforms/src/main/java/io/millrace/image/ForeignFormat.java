package io.millrace.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What bytes are that are no image of a format that is read, for the word that refuses them. */
final class ForeignFormat {
  private static final int LOOKED_AT = 1024;

  /** Patterns of the beginning. */
  private static final Map<String, String> STARTS = new LinkedHashMap<>();

  static {
    STARTS.put("....ftypavi[fs]", "AVIF");
    STARTS.put("....ftyp(hei|hev|mif1|msf1)", "HEIC");
    STARTS.put("....ftyp", "MP4");
    STARTS.put("\0\0\0\u000cjP  \r\n\u0087\n|\u00ff\u004f\u00ff\u0051", "JPEG 2000");
    STARTS.put("\0\0\0\u000cJXL |\u00ff\n", "JPEG XL");
    STARTS.put("8BPS", "PSD");
    STARTS.put("%PDF", "PDF");
    STARTS.put("%!PS|\u00c5\u00d0\u00d3\u00c6", "PostScript");
    STARTS.put("\0\0\1\0", "ICO");
    STARTS.put("DDS ", "DDS");
    STARTS.put("P[1-7]\\s", "PNM");
    STARTS.put("\n[\0-\5][\0\1][\1\2\4\b]", "PCX");
    STARTS.put("\1\u00da", "SGI");
    STARTS.put("qoif", "QOI");
    STARTS.put("v/1\1", "OpenEXR");
    STARTS.put("#\\?RADIANCE", "Radiance HDR");
    STARTS.put("SIMPLE  =", "FITS");
    STARTS.put("\u0093NUMPY", "a NumPy array");
    STARTS.put("PK\3\4", "a ZIP archive");
    STARTS.put("\u001f\u008b", "gzip data");
    STARTS.put("PAR1", "Parquet");
    STARTS.put("/9j/|iVBORw0KGgo|R0lGOD|UklGR|data:image/", "Base64 text of an image");
    STARTS.put("version https://git-lfs", "a Git LFS pointer");
    STARTS.put("\\s*[{\\[]", "JSON");
  }

  private static final Pattern SVG = Pattern.compile("(?s)\\s*<.*<?svg[\\s>].*");
  private static final Pattern MARKUP = Pattern.compile("(?s)\\s*<[!?a-z].*");
  private static final Pattern TEXT = Pattern.compile("[\\s\\x20-\\x7e]+");

  private ForeignFormat() {}

  static String name(ByteReader in) {
    String start = in.text(0, Math.min(LOOKED_AT, in.length()));
    for (Map.Entry<String, String> known : STARTS.entrySet()) {
      if (Pattern.compile(known.getKey(), Pattern.DOTALL).matcher(start).lookingAt()) {
        return known.getValue();
      }
    }
    if (start.startsWith("DICM", 128)) {
      return "DICOM";
    }
    String lower = start.toLowerCase(Locale.ROOT);
    if (MARKUP.matcher(lower).matches()) {
      return SVG.matcher(lower).matches() ? "SVG" : "a web page or XML";
    }
    if (TEXT.matcher(start).matches()) {
      return "text";
    }
    byte[] first = start.substring(0, Math.min(8, start.length())).getBytes(ISO_8859_1);
    return start.chars().allMatch(c -> c == 0)
        ? "zeros"
        : "unknown format, first bytes " + HexFormat.of().formatHex(first);
  }
}
