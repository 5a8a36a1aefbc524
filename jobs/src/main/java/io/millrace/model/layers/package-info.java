/** Layers on native ops, and the pass that puts them into a replica's network. */
package io.millrace.model.layers;
