package io.github.hardenedhttp.certificate;

/**
 * Something about a certificate that is served all the same, but should not be so.
 *
 * @param type what it is about
 * @param text what was found and what to do, as one sentence
 */
public record CertificateFinding(Type type, String text) {

	/**
	 * What can be found.
	 */
	public enum Type {

		/**
		 * Its key is of another kind than the profile has.
		 */
		KEY,

		/**
		 * It is valid for longer than the profile has it.
		 */
		LIFETIME,

		/**
		 * It was signed with its own key.
		 */
		SELF_SIGNED,

		/**
		 * The certificate that issued it is not sent, and clients do not have it.
		 */
		INCOMPLETE_CHAIN,

		/**
		 * It is served for a name it does not have.
		 */
		NAMES,

		/**
		 * It has expired.
		 */
		EXPIRED,

		/**
		 * It is not valid yet.
		 */
		NOT_YET_VALID

	}

}
