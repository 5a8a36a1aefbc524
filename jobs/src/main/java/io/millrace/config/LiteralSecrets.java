package io.millrace.config;

import io.millrace.store.Redaction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that stand in a config as they are: in an address, before its {@code @} or in its
 * signature, or at a key whose name says so. They are refused, since a config is kept with each
 * run.
 */
final class LiteralSecrets {
  private static final String RULE =
      "must hold no secret: write ${NAME}, a variable of the environment, or use a credential provider of Hadoop";

  /** A key of S3 may hold a slash; what looks like a port is one. */
  private static final Pattern LOGIN =
      Pattern.compile("\\w://[^/\\s@:]*?(?::|%3[aA])(?!\\d{1,5}(?:/|$))([^\\s@]*)@");

  private static final Pattern SIGNATURE =
      Pattern.compile(
          "(?i)[?&](?:sig|signature|x-amz-signature|x-amz-security-token|token)=([^&\\s]+)");

  private static final String REFERENCE = "(?:\\$\\{[^}]*\\})+";

  private LiteralSecrets() {}

  /** Adds a problem for each. */
  static void refuse(Tree tree, String path, Problems problems) {
    if (tree instanceof Tree.Entries written) {
      written
          .entries()
          .forEach((key, value) -> refuse(value, RecordReader.join(path, key), problems));
    } else if (tree instanceof Tree.Items list) {
      for (int i = 0; i < list.items().size(); i++) {
        refuse(list.items().get(i), path + "[" + i + "]", problems);
      }
    } else {
      String text = tree instanceof Tree.Scalar scalar ? scalar.text() : tree.toString();
      boolean named = Redaction.isSecret(path.replaceAll(".*[.]", "")) && isText(text);
      if (named || holds(LOGIN, text) || holds(SIGNATURE, text)) {
        problems.add(
            new Origin(Redaction.of(tree.origin().file()), tree.origin().line()),
            "Invalid %s: %s (%s)".formatted(path, named ? "…" : Redaction.of(text), RULE));
      }
    }
  }

  private static boolean isText(String text) {
    return !text.matches(REFERENCE + "|null|~|true|false||[-+.\\d]*");
  }

  private static boolean holds(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      if (!matcher.group(1).isEmpty() && !matcher.group(1).matches(REFERENCE)) {
        return true;
      }
    }
    return false;
  }
}
