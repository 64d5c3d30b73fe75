package fact

import "strings"

// Active codes of ISO 4217, and those withdrawn since 2010 that old bills are still in, by how many decimals they have.
// Kept here because locale data answers another question (how many decimals people print: 0 for COP or RSD, where ISO
// and every billing system have 2) and lags years behind new codes.
var minorDigits = func() map[string]int {
	digits := map[string]int{}
	for n, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BYR",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
		2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
			CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
			IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
			MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
			SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
			ZWG CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL`,
	} {
		for _, code := range strings.Fields(codes) {
			digits[code] = n
		}
	}
	return digits
}()

// MinorDigits is how many decimals a currency has (EUR 2, JPY 0, KWD 3); false for a code ISO 4217 doesn't know.
func MinorDigits(code string) (int, bool) {
	n, ok := minorDigits[code]
	return n, ok
}
