package io.millrace.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code PORT} of this machine alone, or {@code HOST:PORT}. */
final class ListenAddress {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern FORM = Pattern.compile("(?:(\\[[0-9a-fA-F:]+]|[^:]+):)?(\\d{1,5})");
  private static final int MOST = 65_535;

  private ListenAddress() {}

  static InetSocketAddress parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches() && Integer.parseInt(form.group(2)) <= MOST) {
      String host = form.group(1) == null ? LOOPBACK : form.group(1);
      InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(form.group(2)));
      if (!address.isUnresolved()) {
        return address;
      }
    }
    throw new IllegalArgumentException(
        "Invalid --serve: %s (must be PORT, for this machine alone, or HOST:PORT)".formatted(text));
  }
}
