package ingest

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
)

// orderSign says which events of the e-commerce spec are purchases. A refund is an order with a negative amount, so that
// sums come out right; carts and checkouts stay events.
var orderSign = map[string]string{"Order Completed": "", "Order Refunded": "-", "Order Cancelled": "-"}

// order adds the order that an event of the e-commerce spec stands for. An event without an amount stays an event only:
// a refund of a whole order often names no sum.
func (m *making) order() {
	sign, ok := orderSign[m.c.name]
	if !ok || m.c.properties == nil || m.c.trouble != nil {
		return
	}
	var o order
	o.read(m.c.properties)
	if o.total.Kind == fact.NullCell {
		return
	}
	if o.currency == "" {
		o.currency = m.in.currency
	}
	b := m.begin(fact.Orders)
	setText(b, "account_id", m.account)
	setText(b, "order_id", o.id)
	setText(b, "currency", o.currency)
	setText(b, "channel", o.channel)
	setText(b, "product", strings.ToValidUTF8(o.products[:min(len(o.products), 1024)], ""))
	if o.quantity > 0 {
		setText(b, "quantity", strconv.FormatInt(o.quantity, 10))
	}
	o.total.Text = sign + roundArtefact(strings.TrimPrefix(o.total.Text, sign), strings.ToUpper(o.currency))
	b.Set("amount", o.total)
	m.finish(b)
}

type order struct {
	id, currency, channel, products string
	total                           fact.Cell
	quantity                        int64
}

func (o *order) read(properties []byte) {
	var total, revenue, value fact.Cell
	r := fact.NewJSONReader(properties)
	eachMember(&r, func(name string) {
		switch snakeCase(name) {
		case "order_id":
			hint(&r, &o.id)
		case "currency":
			hint(&r, &o.currency)
		case "affiliation", "channel":
			hint(&r, &o.channel)
		case "total":
			total = r.Cell()
		case "revenue":
			revenue = r.Cell()
		case "value":
			value = r.Cell()
		case "products":
			o.readProducts(&r)
		default:
			r.Skip()
		}
	})
	for _, c := range []fact.Cell{value, revenue, total} { // total, what was paid, is the strongest
		if c.Kind != fact.NullCell {
			o.total = c
		}
	}
}

func (o *order) readProducts(r *fact.JSONReader) {
	if !r.Array() {
		r.Skip()
		return
	}
	for r.Element() {
		name, quantity := "", "1"
		eachMember(r, func(member string) {
			switch member {
			case "name":
				hint(r, &name)
			case "quantity":
				hint(r, &quantity)
			default:
				r.Skip()
			}
		})
		if n, err := strconv.ParseInt(quantity, 10, 32); err == nil && n > 0 {
			o.quantity += n
		}
		if name != "" && o.products != "" {
			o.products += ", "
		}
		o.products += name
	}
}

// roundArtefact brings an amount like 29.970000000000002, which is what a browser's 3 x 9.99 gives, to what was meant:
// at most a millionth of the smallest coin away. Others are left as they are, to be judged as money.
func roundArtefact(text, code string) string {
	digits, ok := fact.MinorDigits(code)
	_, frac, _ := strings.Cut(text, ".")
	if !ok || len(text) > 40 || len(frac) <= digits || strings.ContainsAny(text, "eE/_xX") {
		return text
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	rounded := x.FloatString(digits)
	near, _ := new(big.Rat).SetString(rounded)
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits+6)), nil))
	if near.Sub(near, x).Abs(near).Cmp(unit) > 0 {
		return text
	}
	return rounded
}
