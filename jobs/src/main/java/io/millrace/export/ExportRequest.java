package io.millrace.export;

import io.millrace.model.WeightNames;

/**
 * What is asked of an export.
 *
 * @param model Hadoop path of the model
 * @param format name of the format
 * @param output Hadoop path of the file; null for one beside the model
 * @param names whose names weights get; null for those that the format has by itself
 * @param fold whether batch norms are folded into the layers before them
 * @param overwrite whether a file that is there is replaced
 */
public record ExportRequest(
    String model,
    String format,
    String output,
    WeightNames names,
    boolean fold,
    boolean overwrite) {}
