package io.millrace.config;

import io.millrace.store.Redaction;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for <code>${NAME}</code> in the texts of a config: variables of the environment, and
 * of the night that is played {@code date} (2026-11-21), {@code year}, {@code month} and {@code
 * day}. It is put in once, before a value is read; a resolved config has none. Lives on the driver.
 */
public final class Variables {
  private static final Pattern USE = Pattern.compile("\\$\\{([^}]*)\\}?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
  private static final Set<String> OF_A_NIGHT = Set.of("date", "year", "month", "day");

  /** Nothing is put in. */
  static final Variables NONE = new Variables(Map.of(), Map.of(), false, "");

  private final Map<String, String> environment;
  private final Map<String, String> night;
  private final boolean used;
  private final String unread;

  private Variables(
      Map<String, String> environment, Map<String, String> night, boolean used, String unread) {
    this.environment = environment;
    this.night = night;
    this.used = used;
    this.unread = unread;
  }

  /** Those of an environment, of no night. */
  public static Variables of(Map<String, String> environment) {
    return new Variables(Map.copyOf(environment), Map.of(), true, "");
  }

  /** The same with those of a night. */
  public Variables on(LocalDate date) {
    return new Variables(
        environment,
        Map.of(
            "date", date.toString(),
            "year", String.format(Locale.ROOT, "%04d", date.getYear()),
            "month", String.format(Locale.ROOT, "%02d", date.getMonthValue()),
            "day", String.format(Locale.ROOT, "%02d", date.getDayOfMonth())),
        used,
        unread);
  }

  /** The same where nobody reads what is under a key of the top level: unknown ones stay there. */
  public Variables unread(String key) {
    return new Variables(environment, night, used, key);
  }

  /** A tree of its own with what its variables stand for; a problem for each that is unknown. */
  Tree in(Tree tree, Problems problems) {
    if (!(tree instanceof Tree.Entries written)) {
      return whole(tree, problems);
    }
    LinkedHashMap<String, Tree> entries = new LinkedHashMap<>();
    written
        .entries()
        .forEach(
            (key, value) ->
                entries.put(key, whole(value, key.equals(unread) ? new Problems() : problems)));
    return new Tree.Entries(entries, tree.origin());
  }

  private Tree whole(Tree tree, Problems problems) {
    if (tree instanceof Tree.Entries written) {
      LinkedHashMap<String, Tree> entries = new LinkedHashMap<>();
      written.entries().forEach((key, value) -> entries.put(key, whole(value, problems)));
      return new Tree.Entries(entries, tree.origin());
    }
    if (tree instanceof Tree.Items list) {
      List<Tree> items = new ArrayList<>();
      list.items().forEach(item -> items.add(whole(item, problems)));
      return new Tree.Items(items, tree.origin());
    }
    if (tree instanceof Tree.Scalar scalar) {
      String text = in(scalar.text(), tree.origin(), problems);
      return new Tree.Scalar(text, scalar.plain(), tree.origin());
    }
    Tree.Given given = (Tree.Given) tree;
    return new Tree.Given(in(given.text(), tree.origin(), problems), tree.origin());
  }

  private String in(String text, Origin origin, Problems problems) {
    if (!used || !text.contains("${")) {
      return text;
    }
    Matcher use = USE.matcher(text);
    return use.replaceAll(
        found -> Matcher.quoteReplacement(value(found.group(), found.group(1), origin, problems)));
  }

  private String value(String use, String name, Origin origin, Problems problems) {
    if (!use.endsWith("}") || !NAME.matcher(name).matches()) {
      problems.add(origin, "Invalid variable %s (must be ${NAME})".formatted(use));
      return "";
    }
    boolean ofNight = OF_A_NIGHT.contains(name);
    String value = (ofNight ? night : environment).get(name);
    if (value == null) {
      String why = ofNight ? "only finetune has a date" : "must be set in the environment";
      problems.add(origin, "Unknown variable %s (%s)".formatted(use, why));
      return use;
    }
    Redaction.learn(name, value);
    return value;
  }
}
