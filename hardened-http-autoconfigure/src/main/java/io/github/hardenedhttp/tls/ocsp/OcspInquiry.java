package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The question whether a certificate was revoked, and what is an answer to it (OCSP, RFC
 * 6960).
 *
 * @param certificate the server's certificate
 * @param issuer the one that follows it in its chain, or {@code null} if none does
 * @param responder the address in the certificate, as it stands there
 */
record OcspInquiry(X509Certificate certificate, @Nullable X509Certificate issuer, String responder) {

	/**
	 * How far the clock of a responder may be ahead of this one's.
	 */
	private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

	private static final DigestCalculatorProvider DIGESTS = digests();

	/**
	 * Finds out whether there is anybody to be asked.
	 * @param chain the server's certificate, followed by those that issued it
	 * @return the question, or {@code null} if the certificate names no responder (RFC
	 * 5280, section 4.2.2.1)
	 */
	static @Nullable OcspInquiry of(List<X509Certificate> chain) {
		String responder = responder(chain.get(0));
		return (responder != null) ? new OcspInquiry(chain.get(0), (chain.size() > 1) ? chain.get(1) : null, responder)
				: null;
	}

	private static @Nullable String responder(X509Certificate certificate) {
		try {
			AuthorityInformationAccess access = AuthorityInformationAccess
				.fromExtensions(holder(certificate).getExtensions());
			for (AccessDescription way : (access != null) ? access.getAccessDescriptions() : new AccessDescription[0]) {
				if (way.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
						&& way.getAccessLocation().getTagNo() == GeneralName.uniformResourceIdentifier) {
					return way.getAccessLocation().getName().toString();
				}
			}
			return null;
		}
		catch (CertificateEncodingException | IllegalArgumentException ex) {
			// What is not well-formed is no address.
			return null;
		}
	}

	/**
	 * What is sent to the responder. It has no nonce: most responders sign their answers
	 * beforehand (RFC 5019).
	 * @return the encoded request
	 * @throws NoStapleException if nobody can be asked
	 */
	byte[] request() throws NoStapleException {
		try {
			return new OCSPReqBuilder().addRequest(id()).build().getEncoded();
		}
		catch (IOException | OCSPException ex) {
			throw new NoStapleException("the question could not be asked", "Replace the certificate", ex);
		}
	}

	private CertificateID id() throws NoStapleException {
		try {
			return new CertificateID(DIGESTS.get(CertificateID.HASH_SHA1), holder(knownIssuer()),
					this.certificate.getSerialNumber());
		}
		catch (CertificateEncodingException | OCSPException | OperatorCreationException ex) {
			throw new NoStapleException("the question could not be asked", "Replace the certificate", ex);
		}
	}

	private X509Certificate knownIssuer() throws NoStapleException {
		if (this.issuer == null) {
			throw new NoStapleException("the certificate of its issuer is not in its chain", "Add it behind its own",
					null);
		}
		return this.issuer;
	}

	/**
	 * Whether somebody asks for the same certificate.
	 * @param other what is asked for
	 * @return whether serial number and issuer are the same, named in the way JSSE names
	 * them: it would not find an answer with another digest
	 */
	boolean isFor(CertificateID other) {
		try {
			return this.issuer != null && other.getHashAlgOID().equals(CertificateID.HASH_SHA1.getAlgorithm())
					&& other.getSerialNumber().equals(this.certificate.getSerialNumber())
					&& other.matchesIssuer(holder(this.issuer), DIGESTS);
		}
		catch (CertificateEncodingException | OCSPException ex) {
			// No certificate, no digest
			return false;
		}
	}

	/**
	 * Looks at an answer as a client will: by whom it is signed, for what, and until
	 * when. It is good no longer than the one who has signed it may.
	 * @param encoded what the responder sent
	 * @param now the wall clock
	 * @return the answer, good to be stapled
	 * @throws NoStapleException if it is not
	 */
	OcspAnswer read(byte[] encoded, Instant now) throws NoStapleException {
		try {
			OCSPResp response = new OCSPResp(encoded);
			if (response.getStatus() != OCSPResp.SUCCESSFUL
					|| !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
				throw unusable("answers with the error %d of RFC 6960, section 4.2.1".formatted(response.getStatus()));
			}
			Instant signerUntil = signerUntil(basic, holder(knownIssuer()), now);
			if (signerUntil == null) {
				throw unusable("sends an answer that the authority has not signed");
			}
			SingleResp good = good(basic, now);
			Instant nextUpdate = good.getNextUpdate().toInstant();
			return new OcspAnswer(response, good.getThisUpdate().toInstant(),
					nextUpdate.isBefore(signerUntil) ? nextUpdate : signerUntil);
		}
		catch (IOException | OCSPException | CertificateEncodingException | RuntimeException | StackOverflowError ex) {
			// Bouncy Castle goes as deep as the answer is nested.
			throw new NoStapleException("its responder '%s' sends what is no OCSP response".formatted(this.responder),
					NoStapleException.TELL, ex);
		}
	}

	private SingleResp good(BasicOCSPResp response, Instant now) throws NoStapleException {
		for (SingleResp single : response.getResponses()) {
			if (isFor(single.getCertID())) {
				if (single.getCertStatus() instanceof RevokedStatus revoked) {
					throw NoStapleException.revoked(revoked.getRevocationTime().toInstant(),
							single.getThisUpdate().toInstant());
				}
				if (single.getCertStatus() != CertificateStatus.GOOD) {
					throw unusable("does not know the certificate");
				}
				if (single.getThisUpdate().toInstant().isAfter(now.plus(CLOCK_DIFFERENCE))) {
					throw unusable("sends an answer that is not valid yet");
				}
				if (single.getNextUpdate() == null || !single.getNextUpdate().toInstant().isAfter(now)) {
					throw unusable((single.getNextUpdate() != null) ? "sends an answer that has expired"
							: "does not say until when its answer is valid");
				}
				return single;
			}
		}
		throw unusable("sends an answer about another certificate");
	}

	/**
	 * An answer that is not stapled.
	 * @param what what the responder does, to be read after its address
	 * @return what to throw
	 */
	NoStapleException unusable(String what) {
		return new NoStapleException("its responder '%s' %s".formatted(this.responder, what), NoStapleException.TELL,
				null);
	}

	/**
	 * It is signed by the issuer, or by whom that has given the right to (RFC 6960,
	 * section 4.2.2.2). What the authority has not issued is not looked into.
	 * @return until when the signer has that right, or {@code null} if it is nobody who
	 * has
	 */
	private static @Nullable Instant signerUntil(BasicOCSPResp response, X509CertificateHolder issuer, Instant now) {
		if (verifies(response, issuer)) {
			return Instant.MAX;
		}
		for (X509CertificateHolder delegate : response.getCerts()) {
			if (isIssued(delegate, issuer) && mayAnswer(delegate, now) && verifies(response, delegate)) {
				return delegate.getNotAfter().toInstant();
			}
		}
		return null;
	}

	private static boolean mayAnswer(X509CertificateHolder delegate, Instant now) {
		ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(delegate.getExtensions());
		return usage != null && usage.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
				&& delegate.isValidOn(Date.from(now));
	}

	private static boolean verifies(BasicOCSPResp response, X509CertificateHolder signer) {
		try {
			return response.isSignatureValid(verifier(signer));
		}
		catch (OCSPException | OperatorCreationException | CertificateException ex) {
			// Another kind of key
			return false;
		}
	}

	private static boolean isIssued(X509CertificateHolder certificate, X509CertificateHolder issuer) {
		try {
			return certificate.getIssuer().equals(issuer.getSubject())
					&& certificate.isSignatureValid(verifier(issuer));
		}
		catch (CertException | OperatorCreationException | CertificateException ex) {
			return false;
		}
	}

	private static ContentVerifierProvider verifier(X509CertificateHolder signer)
			throws OperatorCreationException, CertificateException {
		return new JcaContentVerifierProviderBuilder().build(signer);
	}

	private static X509CertificateHolder holder(X509Certificate certificate) throws CertificateEncodingException {
		return new JcaX509CertificateHolder(certificate);
	}

	private static DigestCalculatorProvider digests() {
		try {
			return new JcaDigestCalculatorProviderBuilder().build();
		}
		catch (OperatorCreationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
