package dev.lading.access;

import java.security.KeyPair;
import javax.crypto.SecretKey;

/**
 * What tokens are signed with; kept where the data is, so that tokens and uploads outlive a restart.
 *
 * @param access ES256, for the tokens clients carry: others may check them without being able to make them
 * @param upload HS256, for the state in upload locations, which only we read and every chunk carries
 */
public record TokenKeys(KeyPair access, SecretKey upload) {}
