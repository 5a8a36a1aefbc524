package io.millrace.model;

/** Height and width in pixels and channels of the images a network takes. */
public record ImageShape(int height, int width, int channels) {}
