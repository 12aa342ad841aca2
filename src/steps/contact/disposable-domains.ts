/**
 * Well-known services for addresses to throw away, by the domains under which they are known, compiled by hand on
 * 2026-11-25. New domains appear every day, so an address of none of these may still be one.
 */
export const disposableDomains: readonly string[] = [
  ..."10minutemail.com 10minutemail.net 10minutemail.org 10minutesemail.net 10mail.org 20minutemail.com 20minutemail.it".split(
    " ",
  ),
  ..."33mail.com anonbox.net anonymbox.com burnermail.io byom.de cool.fr.nf courriel.fr.nf cock.li crazymailing.com".split(
    " ",
  ),
  ..."deadaddress.com despam.it discard.email discardmail.com discardmail.de disposable.com disposablemail.com".split(
    " ",
  ),
  ..."dispostable.com dodgeit.com dropmail.me dump-email.info dumpmail.de e4ward.com easytrashmail.com emailfake.com".split(
    " ",
  ),
  ..."emailondeck.com emailsensei.com emailtemporanea.com emailtemporario.com.br emltmp.com ephemail.net eyepaste.com".split(
    " ",
  ),
  ..."fakeinbox.com fakemail.fr fakemail.net fakemailgenerator.com filzmail.com getairmail.com getnada.com".split(" "),
  ..."grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net".split(" "),
  ..."guerrillamail.org guerrillamailblock.com harakirimail.com hidemail.de incognitomail.com incognitomail.org".split(
    " ",
  ),
  ..."inboxalias.com inboxbear.com inboxkitten.com jetable.com jetable.fr.nf jetable.net jetable.org kasmail.com".split(
    " ",
  ),
  ..."linshiyouxiang.net mail-temp.com mail-temporaire.com mail-temporaire.fr mail.tm mailcatch.com maildrop.cc".split(
    " ",
  ),
  ..."mailexpire.com mailforspam.com mailinater.com mailinator.com mailinator.net mailinator2.com mailmetrash.com".split(
    " ",
  ),
  ..."mailmoat.com mailnesia.com mailnull.com mailpoof.com mailsac.com mailtemp.info mega.zik.dj minuteinbox.com".split(
    " ",
  ),
  ..."mintemail.com mohmal.com moncourrier.fr.nf monemail.fr.nf monmail.fr.nf mytemp.email mytrashmail.com".split(" "),
  ..."nada.email nepwk.com noclickemail.com nomail.xl.cx nospam.ze.tc nospamfor.us objectmail.com oneoffemail.com".split(
    " ",
  ),
  ..."owlpic.com pokemail.net proxymail.eu rcpt.at receiveee.com safetymail.info sharklasers.com shieldemail.com".split(
    " ",
  ),
  ..."sneakemail.com sofort-mail.de sogetthis.com spam4.me spambog.com spambog.de spambox.us spamex.com".split(" "),
  ..."spamfree24.com spamfree24.de spamfree24.org spamgourmet.com spamherelots.com spamhole.com spaml.com".split(" "),
  ..."speed.1s.fr superrito.com suremail.info tafmail.com temp-mail.io temp-mail.org temp-mail.ru tempail.com".split(
    " ",
  ),
  ..."tempemail.com tempemail.net tempinbox.com tempmail.com tempmail.dev tempmail.net tempmail.plus tempmailo.com".split(
    " ",
  ),
  ..."tempmailaddress.com temporaryemail.net temporaryinbox.com thankyou2010.com throwam.com throwaway.email".split(
    " ",
  ),
  ..."throwawaymail.com tmail.ws tmpmail.net tmpmail.org trash-mail.at trash-mail.com trash-mail.de trash2009.com".split(
    " ",
  ),
  ..."trashmail.at trashmail.com trashmail.de trashmail.me trashmail.net trashmail.org trashymail.com trbvm.com".split(
    " ",
  ),
  ..."wegwerfemail.de wegwerfmail.de wegwerfmail.net wegwerfmail.org yomail.info yopmail.com yopmail.fr yopmail.net".split(
    " ",
  ),
  ..."you-spam.com zehnminutenmail.de zetmail.com zoemail.net zoemail.org".split(" "),
];
