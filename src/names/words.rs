//! Words that decide whether a name is meant: ordinary words, forenames, particles, titles. Lists of this project's own.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Nouns, adjectives and verbs that are also surnames, or that stand in names of school events; and words of grammar,
/// which never stand between a forename and its surname. Alone none of them names anybody.
const ORDINARY: &str = "
    a abbey abbot about acorn acre after again aid alder all alley also am amber an and angel apple april arch archer
    are armour around arrow art as ash aspen assembly at august autumn award awards away bacon badger bake baker
    bakesale ball band bank banks barber bark barn baron barrel bass bath bay be beach beacon bean bear beard bee been
    before behind being bell bells belt bench bend berry beside best between big bingo birch bird birds bishop black
    blackboard blade blaze bloom blossom blue blues board boat boats bolt bond bone book books boot border bow bowl
    bowler bowls box boy boys brain bramble branch brand brave bread breeze briar brick bridge bridges bridle bright
    brook brooks broom brown brush buck bud bull bunting burn burns bus bush but butcher butler butter button by cake
    came camp can candle candy cannon cape captain card cards carol carpenter carrier cart case cash castle cave chalk
    challenge chamber chambers champion chance chapel chaplain charity chase cheer cheers chess chick child children
    chip choir christian christmas church circle city class classroom clay clean clear cliff cloud club coach coal
    coast coats cobbler collar college comb come comes concert constable cook cookie cooks copper copy cord corn
    corner costume cotton could council count court cousins cow crab craft crane cricket crisp crop cross crouch crow
    crown crystal cup curry cycle dairy daisy dale dame dance dancer dark dash dawn day days deacon dean dear deer den
    diamond did disco dish dng do does dog doing dolphin done door dove down downs draft dragon drake draw drawing
    dream dress drew drink drive driver drum drummer dsc dscf dscn duck duke during dusk each eagle earl early east
    easter easy edit edited egg ember end england english enjoy enjoyed enjoying enjoys even evening event ever every
    fair fairy faith falcon fall family farm farmer fast father fawn feather fell fern ferry fete few field fielder
    fielding fields film final finch fine fire first fish fisher flag flint flood floor flower flowers fly food foot
    football for ford forest forester form fort foster fountain fowl fowler fox france free freedom freeman friday
    friend friends from frost fry fuller fun fund fundraiser gale game games garden gardener gardens garland gate
    gates gave gem gentle get gets getting gift girl give glass glen glover go goal goes going gold golden goldsmith
    good goodbye goose got grain grand grange grant grass gravel graves gray great green greens grey groom ground
    group grove groves guard guide gull gun gym had hail half hall halls ham hammer hand hands happy harbour hard
    hardy hare harp harper hart harvest has hatch hatter have haven having hawk hawks hay hazel he head heart hearts
    heath heather hedge hedges heic held help helped helping her here hero heron high hill hills him his history hive
    hobby hog hold holder holiday holland holly home hook hope horn horse hound house houses how hunt hunter i ice
    ideal if image img in indoor ink into ireland is island it its ivory ivy jay jazz jewel job join joined jolly joy
    jpeg jpg jubilee judge july jump jumping jumps june jury just keen keep keeper kent kept key keys kick kindness
    king kingdom kings kitchen kite knight knights knot lace lad lake lamb lambs lamp lance land lane lark last latin
    laurel law lawn lawyer lay leader leaf league leap learn leather leaves lego lemon lesson let library life light
    lights like liked likes lily lime line lion lions list little lively loch lock locks lodge london long look looked
    looking looks lord love loved lovely loves low luck lunch lynx made magic main major make maker makes making
    mallet man manor many maple march mark marks marsh mask mason masters match maths may mayor maypole me mead meadow
    meadows mean meet meeting meets mellow mercy merry met midsummer mile miles mill miller mills miner mint mist mole
    monday money monk month moon moor more morning moss most moth mother mount mountain mouse mov much mud music my
    nail nativity nature near neat needle nest never new news next night nights no noble noon north not now nurse
    nursery nut oak oaks oats ocean of off office old olive on one only open or orange orchard other otter our out
    outdoor oven over owl owls oxen pace pack paddock page pages paint painter painting paints palace palm panto paper
    parade parent parents park parks party pass past path peace peach peacock pear pearl pen penny people pepper
    person phonics photo photos pic pick picnic pict picture pictures piece pike pilgrim pine pink pipe piper pitch
    place plain plank plant plants plate play player playground playing plays pleasant plum plumb plumber png poem
    poet pole pond pool pope poppy port porter post pot potter pound power prayer present press price pride priest
    prince princess print prior prize project proud punch pupil pupils purple put quick quiet quill rabbit race races
    rain rainbow ran raven raw ray read reader reading reads ready reception red reed reef residential rest rice rich
    ride rider ridge right ring rings rise river rivers road roads robin robins rock rocket rocks rode roll roman roof
    room rooms root rose roses round rounders row rowing royal ruby rugby rule run running runs rush rye saddler sage
    sail sailor saint sale salmon salt sand sands sang saturday savage saw say scale scan school science scotland
    scout sea seal season see seed seeds seen senior settle sewing shade shadow sharp she sheep shell shells shepherd
    sheriff shield shine ship shoe shore short show shows side silver simple sing singer singing sings sit sits skate
    skill skip skipper sky slate sleep small smart smile snow so soldier sole some song songs south spain spark sparks
    sparrow speed spider spinner spirit spoon sport sports spring squire stable stack staff stage stamp stand stands
    star stars start stay stdavid station steel steer step steps steward stgeorge stick sticks still stjohn stock stone stones
    storm story stout stpatrick strand straw stream street strong style such sugar summer summers sun sunday sunshine
    surf swallow swan swans sweet swift swim swimming table tail take taken takes taking talent tall tanner target
    tart taster tea teacher team tell temple tennis term test than thanks that thatcher the theatre their them then
    there these they this thorn those three through throw throws thursday tidy tif tiff tiger till time tin to today
    together toll tomb too took tools top tower town towns toy track trail train travel treasure tree trees tries
    trigger trip trips trout trove trump try tuck tuesday tug tulip turner turnip twin twins twist two under uniform
    up upon us use using vale valentine valley version very via vicar view village vine violet visit visited visiting
    visits voice wade wait wake wales walk walker walking wall walls war ward warden warm warren was wash watch
    watched watching water waters wave waves way we wear wearing wears weaver wednesday week weeks well wells went
    were west whale what wheat wheel wheeler when where which while whistle white who why wild will win wind window
    wing winner winners wins winter winters wise wish with without wolf won wonder wood wooden woodland woods wool
    word words work works workshop world worth would wren yard yarn year years yellow yeoman yes yet yew you young
    your youth zebra zoo";

/// Forenames that are also surnames, and common middle names: alone they are first names; between a forename and a
/// surname they are name parts even in lower case.
const FORENAMES: &str = "
    aaron abigail adam alan albert alex alexander alexandra alfie alfred alice alison allan amber amy andrew ann anna
    anne anthony arthur ava beatrice ben benjamin beth charles charlie charlotte chloe christopher claire clara daisy
    daniel david dennis dominic donald dorothy duncan edith edward edwin eleanor eliza elizabeth ella ellen elliot
    ellis emily emma erin esme ethan eva evan eve evelyn faith finley florence frances francis frank frederick freya
    gabriel george gerald grace graham gregory hannah harold harriet harris harrison harry harvey heather helen henry
    holly hope howard hugh ian iris isaac isabel isla ivy jack jackson jacob jade james jamie jane janet jasper jay
    jean jenna jennifer jesse jessica jo joan joe john jon jonathan jordan joseph joshua joy jude jules julia june
    karen kate katherine kay keith kelly kenneth kim kit kyle laura lauren lawrence lee leigh leo leon leonard leslie
    lewis liam lily logan lois louis louisa louise lucas lucy luke lydia lynn mabel mae maisie marcus margaret maria
    marie mark martha martin mary matilda matthew maud max may megan mia michael miles millie molly morgan nancy naomi
    nathan neil nell niall nicholas nicole noah nora norman oliver olivia oscar otis owen paige patrick paul pearl
    penelope percy peter philip phoebe poppy rachel ralph raymond rebecca reece reid reuben rhys richard riley robert
    robin rosa rosalind rose rosemary rosie ross rowan roy ruby russell ruth ryan sam samuel sandra sara sarah saul
    scott sean sebastian seth sidney simon sophia sophie spencer stanley stella stephen steven stuart susan sydney
    sylvia taylor teddy thea theodore theresa thomas timothy toby tom tristan tyler vera victor victoria vincent
    violet vivian walter wayne wendy wilfred william willow zachary zara zoe";

/// Words that belong to a surname without being it.
const PARTICLES: &str = "
    abu af al ap ab ben bin bint da das de dei del della den der des di do dos du e el fitz ibn la las le les lo los mac mc o saint
    st ten ter tho und van vande vanden vander ver von vom y zu zum zur";

/// What is written before a surname alone.
const TITLES: &str = "mr mrs ms miss mx dr sir master prof professor rev coach";

/// What is written after a surname alone.
const KIN: &str = "family families twins triplets siblings brothers sisters boys girls household";

macro_rules! list {
    ($(#[$doc:meta])* $name:ident, $set:ident, $words:ident) => {
        static $set: LazyLock<HashSet<&'static str>> = LazyLock::new(|| $words.split_whitespace().collect());

        $(#[$doc])*
        pub(super) fn $name(word: &str) -> bool {
            $set.contains(word)
        }
    };
}

list!(
    /// Whether a folded word is an ordinary one.
    ordinary, ORDINARY_SET, ORDINARY
);
list!(
    /// Whether a folded word is a well-known forename.
    forename, FORENAME_SET, FORENAMES
);
list!(
    /// Whether a folded word is a surname's particle.
    particle, PARTICLE_SET, PARTICLES
);
list!(
    /// Whether a folded word is a title.
    title, TITLE_SET, TITLES
);
list!(
    /// Whether a folded word tells of a family.
    kin, KIN_SET, KIN
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_only_names_are_not_ordinary() {
        for word in ["smith", "patel", "jones", "khan", "brien", "nowak", "okafor", "hughes", "davies", "begum"] {
            assert!(!ordinary(word) && !forename(word), "{word}");
        }
        for word in
            ["day", "king", "field", "hill", "green", "brown", "white", "young", "may", "bell", "wood", "sports"]
        {
            assert!(ordinary(word), "{word}");
        }
    }
}
