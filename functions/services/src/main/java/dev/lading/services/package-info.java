/** The model's services, each made once. */
@NullMarked
package dev.lading.services;

import org.jspecify.annotations.NullMarked;
