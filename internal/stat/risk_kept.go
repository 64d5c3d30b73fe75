package stat

import "encoding/json"

// keptRisk is a Risk as JSON: all that foretelling and explaining need.
type keptRisk struct {
	Card         Card           `json:"card"`
	Encodings    []keptEncoding `json:"encodings"`
	Intercept    float64        `json:"intercept"`
	Coefficients []float64      `json:"coefficients"`
	Together     *together      `json:"together,omitempty"`
}

type keptEncoding struct {
	Name     string         `json:"name"`
	Kind     string         `json:"kind"`
	Terms    []string       `json:"terms"`
	Means    []float64      `json:"means"`
	Scales   []float64      `json:"scales"`
	Low      float64        `json:"low,omitempty"`
	High     float64        `json:"high,omitempty"`
	Fill     float64        `json:"fill,omitempty"`
	Knots    []float64      `json:"knots,omitempty"`
	Features map[string]int `json:"features,omitempty"`
	Rare     int            `json:"rare"`
	Missing  int            `json:"missing"`
}

// MarshalJSON writes it so that it can be kept; what is read back foretells the same.
func (r *Risk) MarshalJSON() ([]byte, error) {
	k := keptRisk{Card: r.Card, Intercept: r.fit.Intercept, Coefficients: r.fit.Coefficients, Together: r.together}
	for _, e := range r.encodings {
		k.Encodings = append(k.Encodings, keptEncoding{e.name, e.kind, e.terms, e.means, e.scales, e.low, e.high, e.fill, e.knots, e.features, e.rare, e.missing})
	}
	return json.Marshal(k)
}

// UnmarshalJSON reads what MarshalJSON wrote; anything else is refused.
func (r *Risk) UnmarshalJSON(raw []byte) error {
	var k keptRisk
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	read, width := Risk{Card: k.Card, fit: &Logistic{Intercept: k.Intercept, Coefficients: k.Coefficients, Converged: k.Card.Converged}}, 0
	for _, e := range k.Encodings {
		if n := len(e.Terms); len(e.Means) != n || len(e.Scales) != n || len(e.Knots) >= n && e.Knots != nil || e.Rare >= n || e.Missing >= n {
			return refuse("learn anew", "what is kept of column %s does not fit together", e.Name)
		}
		for _, at := range e.Features {
			if at < 0 || at >= len(e.Terms) {
				return refuse("learn anew", "what is kept of column %s does not fit together", e.Name)
			}
		}
		read.encodings = append(read.encodings, &encoding{e.Name, e.Kind, e.Terms, e.Means, e.Scales, e.Low, e.High, e.Fill, e.Knots, e.Features, e.Rare, e.Missing})
		width += len(e.Terms)
	}
	if width != len(k.Coefficients) || width == 0 {
		return refuse("learn anew", "%d coefficients are kept for %d features", len(k.Coefficients), width)
	}
	if k.Together != nil && !k.Together.fits(len(read.encodings)) {
		return refuse("learn anew", "what is kept of columns together does not fit them")
	}
	read.together = k.Together
	*r = read
	return nil
}
